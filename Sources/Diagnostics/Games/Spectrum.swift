import LinearAlgebra

/// A few eigenvalues from one end of an operator's spectrum, each with how well it fits.
///
/// Only converged pairs (residual below 1 % of |λ|) enter its numbers. A few eigenvalues can refute stability, never prove it alone.
public struct Spectrum: Sendable {
  /// What the solver found, ordered by the part that was asked for.
  public let pairs: [Eigenpair]
  /// Which end of the spectrum this is.
  public let part: LinearOperator.Part
  /// How many eigenvalues were asked for.
  public let requested: Int
  /// How many products with the operator it took.
  public let products: Int
  /// The largest residual, relative to |λ|, of a pair that counts.
  public static let tolerance = 1e-2

  /// Solves for the eigenvalues at one end of an operator's spectrum (`LinearOperator.eigenpairs(count:part:tolerance:subspace:maximumProducts:)`).
  ///
  /// - Throws: `LinearAlgebraError` where a product is not finite, or what a product throws.
  public init(
    of linearOperator: LinearOperator, count: Int, part: LinearOperator.Part, tolerance: Double = 1e-6, subspace: Int? = nil,
    maximumProducts: Int = 600
  ) throws {
    guard count >= 1 else { throw DiagnosticsError("\(count) eigenvalues were asked for; ask for at least one") }
    var products = 0
    let counted = LinearOperator(size: linearOperator.size) {
      products += 1
      return try linearOperator.apply($0)
    }
    pairs = try counted.eigenpairs(
      count: min(count, linearOperator.size), part: part, tolerance: tolerance, subspace: subspace,
      maximumProducts: maximumProducts)
    self.part = part
    requested = count
    self.products = products
  }

  /// The pairs that count, in order.
  public var converged: [Eigenpair] { pairs.filter { $0.isConverged(tolerance: Spectrum.tolerance) } }

  /// The eigenvalues that count, in order.
  public var values: [ComplexNumber] { converged.map(\.value) }

  /// The largest |λ|; `nil` where nothing has converged. Of an update map's Jacobian: above 1 a disturbance grows from round to round.
  public var radius: Double? { values.map(\.magnitude).max() }

  /// The largest real part; `nil` where nothing has converged. Of a vector field's Jacobian: above 0 a disturbance grows.
  public var largestReal: Double? { values.map(\.real).max() }

  /// The step size below which Euler's method, simultaneous gradient descent, is stable for the eigenvalues found: the smallest
  /// 2|Re λ|/|λ|² (Mescheder et al. 2017, corollary 5); `nil` where a real part is not negative or nothing has converged. Meaningful for a
  /// vector field, not for an update map.
  public var largestStableStep: Double? {
    guard let rightmost = largestReal, rightmost < 0 else { return nil }
    return values.map { -2 * $0.real / ($0.magnitude * $0.magnitude) }.min()
  }

  /// Σ|Im λ| / Σ|λ|, from 0 (no rotation) to 1 (nothing but); `nil` where nothing has converged or all eigenvalues are 0.
  ///
  /// It depends on which eigenvalues were asked for: compare only equal parts and counts.
  public var rotationShare: Double? {
    let total = values.reduce(0) { $0 + $1.magnitude }
    return total > 0 ? values.reduce(0) { $0 + abs($1.imaginary) } / total : nil
  }

  /// Whether an eigenvalue's imaginary part is more than `factor` times its real part: the sign of cycling (Mescheder et al. 2017,
  /// section 3.1: the step size must then fall below 2|Re λ|/|λ|²). Meaningful for a vector field, not for an update map.
  public func isRotationDominated(factor: Double = 10) -> Bool {
    values.contains { abs($0.imaginary) > factor * abs($0.real) && $0.imaginary != 0 }
  }
}
