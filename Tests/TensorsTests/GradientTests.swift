import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// The transformations, and the documented rules where a derivative is a choice.
@Suite struct GradientTests {
  @Test func ordersOneToFiveOfAPower() throws {
    let x = Tensor(2, dtype: .float64)
    for power in [pow(x, 5), x * x * x * x * x, pow(x, Tensor(5, dtype: .float64))] {
      var y = power
      for expected in [80.0, 160, 240, 240, 120] {
        y = gradient(of: y, at: x)
        #expect(abs(try y.item() - expected) < 1e-11)
      }
    }
  }

  @Test func powersAtZero() throws {
    let x = Tensor(float64: [0])
    for (exponent, orders) in [(0.0, [0.0, 0, 0]), (1, [1, 0, 0]), (2, [0, 2, 0]), (3, [0, 0, 6])] {
      var y = pow(x, exponent).sum()
      for expected in orders {
        y = gradient(of: y, at: x).sum()
        #expect(try y.item() == expected, "an order of x^\(exponent) at 0")
      }
    }
    let base = Tensor(0, dtype: .float64)
    let zero = Tensor(0, dtype: .float64)
    #expect(try gradient(of: pow(base, zero), at: [base, zero]).map { try $0.item() } == [0, 0])
  }

  @Test func mixedDerivativeOfAPower() throws {
    // ∂²(a^b)/∂a∂b = a^(b−1) (1 + b ln a)
    let (a, b) = (Tensor(2, dtype: .float64), Tensor(3, dtype: .float64))
    let mixed = gradient(of: gradient(of: pow(a, b), at: a), at: b)
    #expect(abs(try mixed.item() - 4 * (1 + 3 * 0.6931471805599453)) < 1e-12)
  }

  @Test func kinksFollowTheDocumentedRules() throws {
    let x = Tensor([0, -1, 2])
    let y = Tensor([0, -1, 2])
    #expect(try gradient(of: abs(x).sum(), at: x).scalars() == [0, -1, 1])
    #expect(try gradient(of: relu(x).sum(), at: x).scalars() == [0, 0, 1])
    #expect(try gradient(of: leakyReLU(x, slope: 0.25).sum(), at: x).scalars() == [0.25, 0.25, 1])
    #expect(try gradient(of: maximum(x, y).sum(), at: [x, y]).map { try $0.scalars() } == [[1, 1, 1], [0, 0, 0]])
    #expect(try gradient(of: minimum(x, y).sum(), at: [x, y]).map { try $0.scalars() } == [[1, 1, 1], [0, 0, 0]])
    #expect(try gradient(of: Tensor([3, 1, 3]).maximum(), at: x).scalars() == [0, 0, 0])
    let ties = Tensor([3, 1, 3])
    #expect(try gradient(of: ties.maximum(), at: ties).scalars() == [0.5, 0, 0.5])
    #expect(try gradient(of: (-ties).minimum(), at: ties).scalars() == [-0.5, 0, -0.5])
    let bounds = Tensor([-2, -1, 0, 1, 2])
    #expect(try gradient(of: clamp(bounds, to: -1...1).sum(), at: bounds).scalars() == [0, 1, 1, 1, 0])
  }

  @Test func gradientsAtIntermediateValues() throws {
    let x = Tensor(float64: [1, 2])
    let y = x * x
    let loss = (y * y).sum()
    let both = gradient(of: loss, at: [y, x])
    #expect(try both[0].doubles() == [2, 8])
    #expect(try both[1].doubles() == [4, 32])
    #expect(try gradient(of: loss, at: Tensor(float64: [5])).doubles() == [0])
    #expect(try gradient(of: loss, at: loss).item() == 1)
  }

  private func network(_ x: [Tensor]) -> Tensor {
    let hidden = softplus(matmul(x[0], x[1]) + x[2])
    return tanh(matmul(hidden, x[1].transposed())) * x[0]
  }

  private let shapes: [Shape] = [[3, 2], [2, 4], [4]]

  private func point(_ seed: Int) -> [Tensor] {
    var draw = Draw(seed)
    return shapes.map { shape in Tensor(float64: (0..<shape.elementCount).map { _ in draw.number() / 2 }, shape: shape) }
  }

  @Test func jacobianVectorProductAgainstDifferences() throws {
    let (x, v) = (point(1), point(2))
    let product = try jacobianVectorProduct(of: network(x), at: x, along: v).doubles()
    let step = 1e-5
    let up = try network(zip(x, v).map { $0 + $1 * step }).doubles()
    let down = try network(zip(x, v).map { $0 - $1 * step }).doubles()
    for (index, value) in product.enumerated() {
      #expect(abs(value - (up[index] - down[index]) / (2 * step)) < 1e-8)
    }
    // And against the transpose: ⟨u, J v⟩ = ⟨Jᵀ u, v⟩.
    let u = Tensor(float64: (0..<6).map { Double($0) - 2.5 }, shape: [3, 2])
    let left = zip(try u.doubles(), product).reduce(0) { $0 + $1.0 * $1.1 }
    let pulled = vectorJacobianProduct(of: network(x), at: x, with: u)
    let right = try zip(pulled, v).reduce(0) { try $0 + ($1.0 * $1.1).sum().item() }
    #expect(abs(left - right) < 1e-12)
  }

  @Test func hessianVectorProductAgainstTheDenseHessian() throws {
    let (x, v) = (point(3), point(4))
    func loss(_ x: [Tensor]) -> Tensor { square(network(x)).sum() }
    let products = try hessianVectorProduct(of: loss(x), at: x, along: v).flatMap { try $0.doubles() }
    // The Hessian, row by row: the gradient of each element of the gradient.
    let gradients = gradient(of: loss(x), at: x)
    let direction = try v.flatMap { try $0.doubles() }
    var row = 0
    var rows: [[Double]] = []
    for g in gradients {
      for element in 0..<g.elementCount {
        let component = g.flattened().sliced(axis: 0, element..<(element + 1)).sum()
        let hessianRow = try gradient(of: component, at: x).flatMap { try $0.doubles() }
        #expect(abs(zip(hessianRow, direction).reduce(0) { $0 + $1.0 * $1.1 } - products[row]) < 1e-11)
        rows.append(hessianRow)
        row += 1
      }
    }
    for i in rows.indices { for j in 0..<i { #expect(abs(rows[i][j] - rows[j][i]) < 1e-12) } }
  }

  @Test func wrongUsesSayWhy() throws {
    let x = Tensor([1, 2])
    #expect(gradient(of: x * x, at: x).failure?.description.contains("must be a scalar; reduce it with sum() or mean()") == true)
    #expect(gradient(of: Tensor.iota([3]).sum(), at: x).failure?.description.contains("no derivative") == true)
    #expect(hessianVectorProduct(of: x.sum(), at: [x], along: [Tensor([1])])[0].failure?.description.contains("does not fit") == true)
    #expect(vectorJacobianProduct(of: x, at: [x], with: Tensor([1]))[0].failure?.description.contains("cotangent") == true)
  }
}
