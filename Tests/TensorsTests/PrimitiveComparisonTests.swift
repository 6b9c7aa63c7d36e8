import Testing

@testable import Graph
@testable import Tensors

/// Each primitive on the processor and on the reference executor.
@Suite struct PrimitiveComparisonTests {
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
  @Test(arguments: gradientTable, [DType.float32, .float64]) func bothSayTheSame(row: GradientRow, dtype: DType) throws {
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
      return Tensor(float64: values, shape: shape).converted(to: dtype)
    }
    let (expected, actual) = (try results(row, inputs, on: .reference), try results(row, inputs, on: .cpu))
    #expect(expected.count == actual.count)
    for (left, right) in zip(expected, actual) {
      let scale = left.reduce(1) { max($0, abs($1)) }
      let bound = scale * (dtype == .float32 ? 0x1p-20 : 0x1p-48)
      #expect(left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= bound }, "\(right), not \(left)")
    }
  }

  private func both(_ inputs: [Tensor], _ function: ([Tensor]) -> [Tensor]) throws -> [(reference: [Double], cpu: [Double])] {
    let results = try [Device.reference, .cpu].map { device in
      try Program(parameters: inputs.map(TensorType.init), device: device, tracing: function).run(inputs).map { try $0.doubles() }
    }
    return zip(results[0], results[1]).map { ($0, $1) }
  }

  @Test func integersAreEqual() throws {
    let edges: [Int32] = [.min, .min + 1, -70_000, -33, -2, -1, 0, 1, 2, 7, 31, 32, 33, 65_536, .max - 1, .max]
    let (x, y) = (Tensor(int32: edges, shape: [16, 1]), Tensor(int32: edges, shape: [1, 16]))
    let operations = BinaryOperation.allCases.filter { $0 != .power }
    let results = try both([x, y]) { p in
      let (a, b) = (p[0].broadcast(to: [16, 16]), p[1].broadcast(to: [16, 16]))
      return operations.map { .binary($0, a, b) } + ComparisonOperation.allCases.map { .compare($0, a, b) }
        + [-a, abs(a), sign(a), a.sum(), (a * b).sum(axes: [0]), a.maximum(axes: [0]), b.minimum(), a.converted(to: .bool)]
    }
    for (index, result) in results.enumerated() { #expect(result.reference == result.cpu, "result \(index)") }
  }

  @Test func randomBitsAreEqual() throws {
    for step: Int32 in [0, 1, -1, .max, .min] {
      let results = try both([Tensor(int32: [step], shape: [])]) { p in
        [randomBits([1003], key: Key(seed: 3), step: p[0]), randomBits([7, 5], key: Key(value: .max), step: p[0])]
      }
      for result in results { #expect(result.reference == result.cpu) }
    }
  }

  @Test(arguments: [DType.float32, .float64]) func whatIsNoOrdinaryNumber(dtype: DType) throws {
    let edges = [Double.nan, .infinity, -.infinity, 0, -0.0, 1, -1, 1e-30, 3e30, -3e30, 0.5, -2, 100, -100]
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
      for (want, have) in zip(result.reference, result.cpu) {
        let fits = want.isNaN ? have.isNaN : want == have || abs(want - have) <= 1e-6 * abs(want)
        #expect(fits, "result \(index): \(have), not \(want)")
      }
    }
  }
}
