import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// Derivatives of every primitive, against central differences.
@Suite struct GradientTableTests {
  @Test func everyPrimitiveHasARow() {
    let kinds = Set(gradientTable.map(\.kind))
    for kind in PrimitiveKind.allCases { #expect(kinds.contains(kind), "\(kind) has no row") }
  }

  @Test(arguments: gradientTable) func row(_ row: GradientRow) throws {
    #expect(uses(row, row.kind), "the row's function has no \(row.kind)")
    switch row.expectation {
    case .smooth: try checkDifferences(row)
    case .constant(let values): try checkConstant(row, values)
    }
  }

  /// Whether the function, or its gradient where the primitive appears in gradients only, uses the primitive.
  private func uses(_ row: GradientRow, _ kind: PrimitiveKind) -> Bool {
    let inputs = row.inputs.map { Tensor.placeholder($0.0, dtype: .float64) }
    var pending = [row.function(inputs).node]
    while let node = pending.popLast() {
      if node.primitive.kind == kind { return true }
      pending += node.inputs
    }
    return false
  }

  /// A scalar with curvature even where the function is linear: Σ w · (y + y²/2), the weights w all different.
  private func loss(_ row: GradientRow, _ x: [Tensor]) -> Tensor {
    let y = row.function(x)
    let weights = (Tensor.iota([y.elementCount]).converted(to: .float64) * 0.37 + 1).reshaped(y.shape)
    return (sin(weights) * (y + 0.5 * y * y)).sum()
  }

  private func checkConstant(_ row: GradientRow, _ values: [Double]) throws {
    let x = Tensor(float64: GradientRow.constantPoint)
    let y = row.function([x])
    #expect(try y.doubles() == values)
    let total = (y.converted(to: .float64) * 3).sum()
    #expect(try gradient(of: total, at: x).doubles() == [0, 0, 0])
    #expect(try hessianVectorProduct(of: total, at: [x], along: [x])[0].doubles() == [0, 0, 0])
  }

  private func checkDifferences(_ row: GradientRow) throws {
    var draw = Draw(row.kind.rawValue.utf8.reduce(7) { $0 * 31 % 1_000_003 + Int($1) })
    func random(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
      (0..<count).map { _ in
        // Away from kinks at 0.
        let value = range.lowerBound + (draw.number() + 2) / 4 * (range.upperBound - range.lowerBound)
        return abs(value) < 0.05 ? 0.11 : value
      }
    }
    let shapes = row.inputs.map(\.0)
    let point = row.inputs.map { random($0.1, $0.0.elementCount) }
    let value = compile { [self.loss(row, $0)] }
    let first = compile { x in gradient(of: self.loss(row, x), at: x) }
    func tensors(_ values: [[Double]]) -> [Tensor] { zip(values, shapes).map { Tensor(float64: $0, shape: $1) } }
    func moved(_ direction: [[Double]], _ step: Double) -> [Tensor] {
      tensors(zip(point, direction).map { zip($0, $1).map { $0 + step * $1 } })
    }
    func inner(_ a: [[Double]], _ b: [[Double]]) -> Double { zip(a, b).reduce(0) { $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } } }
    // A conversion to float32 on the way rounds: larger steps, and less to expect.
    let rounds = row.kind == .convert
    let step = rounds ? 1e-2 : 1e-5
    for _ in 0..<3 {
      let (u, v) = (shapes.map { random(-1...1, $0.elementCount) }, shapes.map { random(-1...1, $0.elementCount) })
      // Order 1.
      let slope = try inner(first(tensors(point)).map { try $0.doubles() }, v)
      let difference = try (value(moved(v, step))[0].item() - value(moved(v, -step))[0].item()) / (2 * step)
      let scale = try 1 + abs(slope) + abs(value(tensors(point))[0].item())
      #expect(abs(slope - difference) < (rounds ? 1e-3 : 1e-8) * scale, "order 1: \(slope), not \(difference)")
      // Order 2, by differences of the gradient.
      let product = compile { x in hessianVectorProduct(of: self.loss(row, x), at: x, along: tensors(u)) }
      let curvature = try inner(product(tensors(point)).map { try $0.doubles() }, v)
      let up = try inner(first(moved(v, step)).map { try $0.doubles() }, u)
      let down = try inner(first(moved(v, -step)).map { try $0.doubles() }, u)
      let expected = (up - down) / (2 * step)
      #expect(
        abs(curvature - expected) < (rounds ? 1e-3 : 1e-7) * (1 + abs(expected) + abs(up)), "order 2: \(curvature), not \(expected)")
    }
  }
}
