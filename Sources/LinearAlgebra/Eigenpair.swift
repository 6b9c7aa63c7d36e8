/// An eigenvalue of a real operator with a right eigenvector of length 1, and how well they fit.
public struct Eigenpair: Sendable {
  public var value: ComplexNumber
  /// The real parts of the eigenvector.
  public var real: [Double]
  /// The imaginary parts of the eigenvector.
  public var imaginary: [Double]
  /// ‖A x − λ x‖ for ‖x‖ = 1: computed from the operator itself, not taken from the solver.
  public var residual: Double

  /// Whether the residual is below `tolerance` × |λ|, or below `tolerance` where the eigenvalue is tiny.
  public func isConverged(tolerance: Double = 1e-2) -> Bool {
    residual <= tolerance * max(value.magnitude, 1e-8)
  }

  /// Pairs from LAPACK's packing (a complex pair has its real parts in one column and its imaginary parts in the next), by falling
  /// magnitude.
  static func unpacked(
    real: [Double], imaginary: [Double], vectors: [Double], size: Int, apply: ([Double]) throws -> [Double]
  ) rethrows -> [Eigenpair] {
    var pairs: [Eigenpair] = []
    func column(_ index: Int) -> [Double] { Array(vectors[index * size..<(index + 1) * size]) }
    var index = 0
    while index < real.count {
      let value = ComplexNumber(real[index], imaginary[index])
      let isPair = imaginary[index] != 0 && (index + 1) * size < vectors.count && index + 1 < real.count
      var x = column(index)
      var y = isPair ? column(index + 1) : Array(repeating: 0, count: size)
      let length = zip(x, y).reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 }.squareRoot()
      if length > 0 { for i in 0..<size { (x[i], y[i]) = (x[i] / length, y[i] / length) } }
      let ax = try apply(x)
      let ay = isPair ? try apply(y) : y
      var square = 0.0
      for i in 0..<size {
        let a = ax[i] - (value.real * x[i] - value.imaginary * y[i])
        let b = ay[i] - (value.real * y[i] + value.imaginary * x[i])
        square += a * a + b * b
      }
      pairs.append(Eigenpair(value: value, real: x, imaginary: y, residual: square.squareRoot()))
      if isPair {
        pairs.append(
          Eigenpair(
            value: ComplexNumber(value.real, -value.imaginary), real: x, imaginary: y.map { -$0 }, residual: square.squareRoot()))
      }
      index += isPair ? 2 : 1
    }
    let order = pairs.indices.sorted { first, second in
      let (a, b) = (pairs[first].value, pairs[second].value)
      if a.magnitude != b.magnitude { return a.magnitude > b.magnitude }
      return first < second
    }
    return order.map { pairs[$0] }
  }
}
