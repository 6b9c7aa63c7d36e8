import Foundation
import Testing

@testable import Graph
@testable import Tensors
@testable import XLAExecutor

/// The device of XLA that is tested: the processor's, or what `RIVAL_TEST_DEVICE` names.
let xlaDevice = (try? ProcessInfo.processInfo.environment["RIVAL_TEST_DEVICE"].map { try Device.named($0) } ?? nil) ?? .xla(.xlaCPU)
/// Whether there is a plugin for it. Without one these tests are skipped.
let xlaIsThere = (try? evaluate([Tensor([1]) + 1], on: xlaDevice)) != nil
let noXLA: Comment = "XLA's processor is not installed: rival devices install xla-cpu"

/// Each primitive on the processor, and on XLA's device where it is installed, against the reference executor.
@Suite struct PrimitiveComparisonTests {
  static let devices = [Device.cpu] + (xlaIsThere ? [xlaDevice] : [])
  static let cases = devices.flatMap { device in [DType.float32, .float64].map { Case(device: device, dtype: $0) } }

  struct Case: CustomTestStringConvertible, Sendable {
    var device: Device
    var dtype: DType

    var testDescription: String { "\(device) \(dtype)" }
  }

  @Test(.enabled(if: xlaIsThere, noXLA)) func xlaIsCompared() { #expect(Self.devices.count == 2) }

  /// What one device makes of a function's value and of the gradient of its square.
  private func results(_ row: GradientRow, _ inputs: [Tensor], on device: Device) throws -> [[Double]] {
    let program = try Program(parameters: inputs.map(TensorType.init), device: device) { x in
      let y = row.function(x)
      guard case .smooth = row.expectation else { return [y] }
      return [y] + gradient(of: (y * y).sum(), at: x)
    }
    return try program.run(inputs).map { try $0.doubles() }
  }

  // The table has a row for every primitive, and fails without one.
  @Test(arguments: gradientTable, cases) func bothSayTheSame(row: GradientRow, place: Case) throws {
    var draw = Draw(17)
    let inputs = row.inputs.map { shape, range in
      let values: [Double]
      if case .smooth = row.expectation {
        values = (0..<shape.elementCount).map { _ in
          range.lowerBound + (draw.number() + 2) / 4 * (range.upperBound - range.lowerBound)
        }
      } else {
        values = GradientRow.constantPoint
      }
      return Tensor(float64: values, shape: shape).converted(to: place.dtype)
    }
    let (expected, actual) = (try results(row, inputs, on: .reference), try results(row, inputs, on: place.device))
    #expect(expected.count == actual.count)
    for (left, right) in zip(expected, actual) {
      let scale = left.reduce(1) { max($0, abs($1)) }
      // What lies in the middle between two float32 may become either of them on a GPU.
      let isExact = place.dtype == .float64 && (row.kind != .convert || place.device.name == "cpu")
      let bound = scale * (isExact ? 0x1p-48 : 0x1p-20)
      #expect(left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= bound }, "\(right), not \(left)")
    }
  }

  private func both(
    _ inputs: [Tensor], on device: Device, _ function: ([Tensor]) -> [Tensor]
  ) throws -> [(reference: [Double], device: [Double])] {
    let results = try [Device.reference, device].map { device in
      try Program(parameters: inputs.map(TensorType.init), device: device, tracing: function).run(inputs).map { try $0.doubles() }
    }
    return zip(results[0], results[1]).map { ($0, $1) }
  }

  @Test(arguments: devices) func integersAreEqual(device: Device) throws {
    let edges: [Int32] = [.min, .min + 1, -70_000, -33, -2, -1, 0, 1, 2, 7, 31, 32, 33, 65_536, .max - 1, .max]
    let (x, y) = (Tensor(int32: edges, shape: [16, 1]), Tensor(int32: edges, shape: [1, 16]))
    let operations = BinaryOperation.allCases.filter { $0 != .power }
    let results = try both([x, y], on: device) { p in
      let (a, b) = (p[0].broadcast(to: [16, 16]), p[1].broadcast(to: [16, 16]))
      return operations.map { .binary($0, a, b) } + ComparisonOperation.allCases.map { .compare($0, a, b) }
        + [-a, abs(a), sign(a), a.sum(), (a * b).sum(axes: [0]), a.maximum(axes: [0]), b.minimum(), a.converted(to: .bool)]
    }
    for (index, result) in results.enumerated() { #expect(result.reference == result.device, "result \(index)") }
  }

  @Test(arguments: devices) func randomBitsAreEqual(device: Device) throws {
    for step: Int32 in [0, 1, -1, .max, .min] {
      let results = try both([Tensor(int32: [step], shape: [])], on: device) { p in
        [randomBits([1003], key: Key(seed: 3), step: p[0]), randomBits([7, 5], key: Key(value: .max), step: p[0])]
          + [randomBits([0, 3], key: Key(seed: 3)), randomBits([4], key: Key(seed: 4))]
      }
      for result in results { #expect(result.reference == result.device) }
    }
  }

  @Test(arguments: cases) func whatIsNoOrdinaryNumber(place: Case) throws {
    let edges = [Double.nan, .infinity, -.infinity, 0, -0.0, 1, -1, 1e-30, 3e30, -3e30, 0.5, -2, 100, -100, 2_147_483_648, -2_147_483_649]
    let count = edges.count
    let x = Tensor(float64: edges, shape: [count, 1]).converted(to: place.dtype)
    let y = Tensor(float64: edges, shape: [1, count]).converted(to: place.dtype)
    let unary = UnaryOperation.allCases.filter { ![.logicalNot, .sine, .cosine].contains($0) }
    let binary: [BinaryOperation] = [.add, .subtract, .multiply, .divide, .maximum, .minimum, .power]
    let results = try both([x, y], on: place.device) { p in
      let (a, b) = (p[0].broadcast(to: [count, count]), p[1].broadcast(to: [count, count]))
      return unary.map { .unary($0, a) } + binary.map { .binary($0, a, b) } + ComparisonOperation.allCases.map { .compare($0, a, b) }
        + [leakyReLU(a, slope: 0.2), a.converted(to: .int32), a.converted(to: .bool), select(a.isLess(than: b), a, b)]
        + [a.maximum(axes: [0]), a.minimum(axes: [1]), a.sum(axes: [1])]
    }
    // The smallest numbers are 0 on XLA's processor.
    let smallest = place.device.name == "cpu" ? 0 : place.dtype == .float32 ? Double(Float.leastNormalMagnitude) : .leastNormalMagnitude
    let relative = place.device.name == "cpu" ? 1e-6 : 2e-6
    for (index, result) in results.enumerated() {
      for (want, have) in zip(result.reference, result.device) {
        let fits = want.isNaN ? have.isNaN : want == have || abs(want - have) <= max(relative * abs(want), smallest)
        #expect(fits, "result \(index): \(have), not \(want)")
      }
    }
  }
}
