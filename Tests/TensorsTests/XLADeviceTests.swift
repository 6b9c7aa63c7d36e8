import Foundation
import Testing

@testable import Graph
@testable import Tensors
@testable import XLAExecutor

/// The device of XLA that is tested: the processor's, or what `RIVAL_TEST_DEVICE` names.
let xlaDevice = (try? ProcessInfo.processInfo.environment["RIVAL_TEST_DEVICE"].map { try Device.named($0) } ?? nil) ?? .xla(.xlaCPU)
/// Whether there is a plugin for it. Without one these tests are skipped.
let xlaIsThere = (try? evaluate([Tensor([1]) + 1], on: xlaDevice)) != nil
let noXLA: Comment = "no plugin of XLA is installed: see Docs/devices.md"

/// Programs on XLA's devices against the reference executor and the processor.
@Suite(.enabled(if: xlaIsThere, noXLA)) struct XLADeviceTests {
  private func results(_ row: GradientRow, _ inputs: [Tensor], on device: Device) throws -> [[Double]] {
    let program = try Program(parameters: inputs.map(TensorType.init), device: device) { x in
      let y = row.function(x)
      guard case .smooth = row.expectation else { return [y] }
      return [y] + gradient(of: (y * y).sum(), at: x)
    }
    return try program.run(inputs).map { try $0.doubles() }
  }

  @Test(arguments: gradientTable, [DType.float32, .float64]) func everyPrimitiveIsTheReferences(row: GradientRow, dtype: DType) throws {
    var draw = Draw(17)
    let inputs = row.inputs.map { shape, range in
      let values: [Double]
      if case .smooth = row.expectation {
        values = (0..<shape.elementCount).map { _ in range.lowerBound + (draw.number() + 2) / 4 * (range.upperBound - range.lowerBound) }
      } else {
        values = GradientRow.constantPoint
      }
      return Tensor(float64: values, shape: shape).converted(to: dtype)
    }
    let (expected, actual) = (try results(row, inputs, on: .reference), try results(row, inputs, on: xlaDevice))
    #expect(expected.count == actual.count)
    for (left, right) in zip(expected, actual) {
      let scale = left.reduce(1) { max($0, abs($1)) }
      // What lies in the middle between two float32 may become either of them.
      let isExact = dtype == .float64 && row.kind != .convert
      let bound = scale * (isExact ? 0x1p-48 : 0x1p-20)
      #expect(left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= bound }, "\(right), not \(left)")
    }
  }

  private func both(_ inputs: [Tensor], _ function: ([Tensor]) -> [Tensor]) throws -> [(reference: [Double], device: [Double])] {
    let results = try [Device.reference, xlaDevice].map { device in
      try Program(parameters: inputs.map(TensorType.init), device: device, tracing: function).run(inputs).map { try $0.doubles() }
    }
    return zip(results[0], results[1]).map { ($0, $1) }
  }

  @Test func integersAndRandomBitsAreEqual() throws {
    let edges: [Int32] = [.min, .min + 1, -70_000, -33, -2, -1, 0, 1, 2, 7, 31, 32, 33, 65_536, .max - 1, .max]
    let (x, y) = (Tensor(int32: edges, shape: [16, 1]), Tensor(int32: edges, shape: [1, 16]))
    let operations = BinaryOperation.allCases.filter { $0 != .power }
    let results = try both([x, y, Tensor(int32: [.min], shape: [])]) { p in
      let (a, b) = (p[0].broadcast(to: [16, 16]), p[1].broadcast(to: [16, 16]))
      return operations.map { .binary($0, a, b) } + ComparisonOperation.allCases.map { .compare($0, a, b) }
        + [-a, abs(a), sign(a), a.sum(), (a * b).sum(axes: [0]), a.maximum(axes: [0]), b.minimum(), a.converted(to: .bool)]
        + [randomBits([1003], key: Key(seed: 3), step: p[2]), randomBits([7, 5], key: Key(value: .max), step: p[2])]
        + [randomBits([0, 3], key: Key(seed: 3)), randomBits([4], key: Key(seed: 4))]
    }
    for (index, result) in results.enumerated() { #expect(result.reference == result.device, "result \(index)") }
  }

  @Test(arguments: [DType.float32, .float64]) func whatIsNoOrdinaryNumber(dtype: DType) throws {
    let edges = [Double.nan, .infinity, -.infinity, 0, -0.0, 1, -1, 1e-30, 3e30, -3e30, 0.5, -2, 100, -100, 2_147_483_648, -2_147_483_649]
    let count = edges.count
    let x = Tensor(float64: edges, shape: [count, 1]).converted(to: dtype)
    let y = Tensor(float64: edges, shape: [1, count]).converted(to: dtype)
    let unary = UnaryOperation.allCases.filter { ![.logicalNot, .sine, .cosine].contains($0) }
    let binary: [BinaryOperation] = [.add, .subtract, .multiply, .divide, .maximum, .minimum, .power]
    let results = try both([x, y]) { p in
      let (a, b) = (p[0].broadcast(to: [count, count]), p[1].broadcast(to: [count, count]))
      return unary.map { .unary($0, a) } + binary.map { .binary($0, a, b) } + ComparisonOperation.allCases.map { .compare($0, a, b) }
        + [leakyReLU(a, slope: 0.2), a.converted(to: .int32), a.converted(to: .bool), select(a.isLess(than: b), a, b)]
        + [a.maximum(axes: [0]), a.minimum(axes: [1]), a.sum(axes: [1])]
    }
    for (index, result) in results.enumerated() {
      for (want, have) in zip(result.reference, result.device) {
        // The smallest numbers are 0 on some devices.
        let smallest = dtype == .float32 ? Double(Float.leastNormalMagnitude) : .leastNormalMagnitude
        let fits = want.isNaN ? have.isNaN : want == have || abs(want - have) <= max(2e-6 * abs(want), smallest)
        #expect(fits, "result \(index): \(have), not \(want)")
      }
    }
  }

  /// A state that a draw, a batch and a counter move on.
  private func walk(_ device: Device, repeats: Bool) throws -> Program {
    try Program(
      parameters: [TensorType([3]), TensorType([], .int32), TensorType([2, 3]), TensorType([2], .int32)], donations: [0: 0],
      repetition: repeats ? Repetition(counter: 1, streams: [2, 3]) : nil, device: device
    ) { p in
      let noise = randomNormal([3], key: Key(seed: 5), step: p[1])
      let state = p[0] * 0.5 + noise + p[2].sum(axes: [0])
      return [state, state.sum(), p[3].sum(), state * 2, (state * state).sum()]
    }
  }

  @Test func launchesAreDividedAsOneLikes() throws {
    let runs = 7
    let batches = (0..<runs).map { run in Tensor((0..<6).map { Float(run * 6 + $0) / 10 }, shape: [2, 3]) }
    let labels = (0..<runs).map { Tensor(int32: [Int32($0), 3], shape: [2]) }
    func play(_ program: Program, launches: [Int]) throws -> [[Double]] {
      try program.write(Tensor([1, 2, 3]), to: 0)
      var (results, first): ([[Double]], Int) = ([], 0)
      for count in launches {
        try program.write(Tensor(int32: [Int32(first)], shape: []), to: 1)
        for run in 0..<count {
          try batches[first + run].withBytes { try program.write($0, to: 2, run: run) }
          try labels[first + run].withBytes { try program.write($0, to: 3, run: run) }
        }
        try program.execute(runs: count)
        for run in 0..<count {
          results.append(try [1, 2, 4].map { try program.number(ofOutput: $0, run: run) })
        }
        first += count
      }
      return try results + [program.parameter(0).doubles(), program.output(3).doubles(), program.output(0).doubles()]
    }
    let device = try walk(xlaDevice, repeats: true)
    #expect(device.mostRuns == 100)
    let whole = try play(device, launches: [7])
    #expect(try play(device, launches: [1, 1, 1, 1, 1, 1, 1]) == whole)
    #expect(try play(device, launches: [3, 4]) == whole)
    let once = try play(walk(.cpu, repeats: true), launches: Array(repeating: 1, count: runs))
    for (left, right) in zip(once, whole) {
      #expect(zip(left, right).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($0)) }, "\(right), not \(left)")
    }
    #expect(throws: TensorError("a launch has 1 to 100 runs, not 101")) { try device.execute(runs: 101) }
    #expect(throws: TensorError("a launch has 1 to 1 runs, not 2")) { try walk(.cpu, repeats: true).execute(runs: 2) }
  }

  @Test func largeConstantsAreArguments() throws {
    let numbers = (0..<5_000).map { Float($0) / 7 }
    let bits = (0..<200).map { $0.isMultiple(of: 3) }
    let results = try both([Tensor([2])]) { p in
      [Tensor(numbers) * p[0], select(Tensor(bool: bits, shape: [200]), p[0].broadcast(to: [200]), .zeros([200])), Tensor(numbers)]
    }
    for result in results { #expect(result.reference == result.device) }
  }
}
