import LinearAlgebra

/// The largest singular value of a linear map, by power iteration on AᵀA.
public struct SpectralNorm: Sendable, Equatable {
  /// σ₁: a lower bound that rises to it.
  public let value: Double
  /// ‖AᵀA v − σ²v‖/σ² for the last vector of length 1: how far that is from a singular vector.
  public let residual: Double
  /// How many products with A and with Aᵀ were taken.
  public let iterations: Int
  /// Whether the residual came below the tolerance.
  public let isConverged: Bool
  /// The estimate after each iteration.
  public let history: [Double]

  /// Iterates u ← Av/‖Av‖, v ← Aᵀu/‖Aᵀu‖ with σ = ‖Aᵀu‖.
  ///
  /// - Parameters:
  ///   - start: the first v, not 0. A vector without a part along the singular vector never finds it: take a random one.
  ///   - maximumIterations: at least 1; 1,000 by default.
  ///   - tolerance: of ``residual``; 1e-10 by default, which leaves an error of σ of about its square.
  ///   - apply: A x.
  ///   - applyTransposed: Aᵀ y.
  /// - Throws: ``DiagnosticsError`` where the start is 0 or a product is not finite.
  public init(
    start: [Double], maximumIterations: Int = 1_000, tolerance: Double = 1e-10, apply: ([Double]) -> [Double],
    applyTransposed: ([Double]) -> [Double]
  ) throws {
    precondition(maximumIterations >= 1, "power iteration needs an iteration")
    guard var v = Self.normalized(start) else {
      throw DiagnosticsError("power iteration needs a finite start vector that is not 0, of \(start.count) elements")
    }
    var history: [Double] = []
    var residual = Double.infinity
    while history.count < maximumIterations, residual > tolerance {
      let image = apply(v)
      guard image.allSatisfy(\.isFinite) else { throw DiagnosticsError("a spectral norm needs finite weights; a product with them is not") }
      let length = image.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else {
        history.append(0)
        residual = 0
        break
      }
      let back = applyTransposed(image.map { $0 / length })
      let sigma = back.reduce(0) { $0 + $1 * $1 }.squareRoot()
      history.append(sigma)
      // AᵀAv = length × back, and its Rayleigh quotient is length².
      var square = 0.0
      for index in v.indices {
        let difference = length * back[index] - length * length * v[index]
        square += difference * difference
      }
      residual = square.squareRoot() / (length * length)
      guard let next = Self.normalized(back) else { break }
      v = next
    }
    value = history.last ?? 0
    self.residual = residual
    iterations = history.count
    isConverged = residual <= tolerance
    self.history = history
  }

  /// The spectral norm of a matrix from a fixed start vector, or from `start`.
  public init(_ matrix: Matrix, start: [Double]? = nil, maximumIterations: Int = 1_000, tolerance: Double = 1e-10) throws {
    let transposed = matrix.transposed
    try self.init(
      start: start ?? Self.start(matrix.columns), maximumIterations: maximumIterations, tolerance: tolerance,
      apply: { matrix * $0 }, applyTransposed: { transposed * $0 })
  }

  /// ‖A‖²_F/σ₁²: between 1, where one direction dominates, and the rank; `nil` of a zero matrix.
  ///
  /// - Parameter frobeniusNorm: of the same map.
  public func stableRank(frobeniusNorm: Double) -> Double? {
    value > 0 ? (frobeniusNorm / value) * (frobeniusNorm / value) : nil
  }

  /// A vector without symmetries: multiples of the golden ratio, wrapped to −½…½.
  static func start(_ count: Int) -> [Double] {
    (0..<count).map { index in
      let value = Double(index + 1) * 0.618_033_988_749_894_9
      return value - value.rounded(.down) - 0.5 + 1e-3
    }
  }

  private static func normalized(_ vector: [Double]) -> [Double]? {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 && length.isFinite ? vector.map { $0 / length } : nil
  }
}
