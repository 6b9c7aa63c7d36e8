import LinearAlgebra
import Tensors

/// How much of a field's local behaviour is rotation: R = ‖A‖²/‖J‖² for the antisymmetric part A = (J − Jᵀ)/2 of its Jacobian (Frobenius
/// norms).
///
/// 0 for a potential game, whose players descend one function; 1 for a Hamiltonian game, which only turns (Balduzzi et al. 2018, section 2;
/// Letcher et al. 2019). For large games both norms are estimated from random probes (Hutchinson 1990).
public struct RotationIndex: Sendable, Equatable {
  /// R, from 0 to 1; NaN where J is zero.
  public let value: Double
  /// The standard error of the estimate; 0 for an exact value.
  public let standardError: Double
  /// How many random probes were used; 0 for an exact value.
  public let probes: Int
  /// ‖A‖², or its estimate.
  public let antisymmetricSquare: Double
  /// ‖J‖², or its estimate.
  public let square: Double

  /// The exact index of a matrix.
  public init(of jacobian: Matrix) {
    precondition(jacobian.rows == jacobian.columns, "only a square matrix has an antisymmetric part")
    let antisymmetric = 0.5 * (jacobian - jacobian.transposed)
    self.init([antisymmetric.frobeniusNorm * antisymmetric.frobeniusNorm], [jacobian.frobeniusNorm * jacobian.frobeniusNorm], isExact: true)
  }

  /// The index of a field: exact where it has at most `probes` parameters, else from probes of ±1 with J and its transpose.
  ///
  /// - Parameters:
  ///   - probes: at least 2; each costs one product with J and one with Jᵀ.
  ///   - seed: of the probes.
  public init(of field: VectorField, probes: Int = 64, seed: UInt64 = 0) throws {
    if field.size <= probes {
      self.init(of: try field.jacobian.matrix())
    } else {
      try self.init(of: field.jacobian, transposed: field.transposedJacobian, probes: probes, seed: seed)
    }
  }

  /// The estimate from products with an operator and its transpose: ‖A‖² = E‖(Jv − Jᵀv)/2‖² and ‖J‖² = E(‖Jv‖² + ‖Jᵀv‖²)/2 over random
  /// signs v.
  public init(of jacobian: LinearOperator, transposed: LinearOperator, probes: Int, seed: UInt64 = 0) throws {
    guard probes >= 2 else { throw DiagnosticsError("\(probes) probes give no estimate with an error; use at least 2") }
    var tops: [Double] = []
    var bottoms: [Double] = []
    let key = Key(seed: seed).derived("rotation")
    for number in 0..<probes {
      let signs = randomSigns(jacobian.size, key.derived(number))
      let (forward, backward) = (try jacobian.apply(signs), try transposed.apply(signs))
      tops.append(zip(forward, backward).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 4)
      bottoms.append((squaredLength(forward) + squaredLength(backward)) / 2)
    }
    self.init(tops, bottoms, isExact: false)
  }

  /// The estimate from products with J alone: ‖A‖² = E(uᵀJv − vᵀJu)²/4 over independent random signs u and v.
  ///
  /// It needs no transposed product, but many pairs: its relative error is about √(2/pairs).
  public init(withoutTranspose jacobian: LinearOperator, pairs: Int, seed: UInt64 = 0) throws {
    guard pairs >= 2 else { throw DiagnosticsError("\(pairs) pairs of probes give no estimate with an error; use at least 200") }
    var tops: [Double] = []
    var bottoms: [Double] = []
    let key = Key(seed: seed).derived("rotation")
    for number in 0..<pairs {
      let u = randomSigns(jacobian.size, key.derived(2 * number))
      let v = randomSigns(jacobian.size, key.derived(2 * number + 1))
      let (ju, jv) = (try jacobian.apply(u), try jacobian.apply(v))
      let difference = dotProduct(u, jv) - dotProduct(v, ju)
      tops.append(difference * difference / 4)
      bottoms.append((squaredLength(ju) + squaredLength(jv)) / 2)
    }
    self.init(tops, bottoms, isExact: false)
  }

  private init(_ tops: [Double], _ bottoms: [Double], isExact: Bool) {
    let count = Double(tops.count)
    let top = tops.reduce(0, +) / count
    let bottom = bottoms.reduce(0, +) / count
    let ratio = bottom > 0 ? top / bottom : .nan
    value = ratio
    antisymmetricSquare = top
    square = bottom
    probes = isExact ? 0 : tops.count
    // A ratio of means: the error of its linearization.
    let squares = zip(tops, bottoms).reduce(0) { $0 + ($1.0 - ratio * $1.1) * ($1.0 - ratio * $1.1) }
    standardError = isExact ? 0 : (squares / (count * (count - 1))).squareRoot() / bottom
  }
}

/// Independent −1 and 1.
func randomSigns(_ size: Int, _ key: Key) -> [Double] {
  (0..<size).map { key.bits(element: $0) & 0x8000_0000 == 0 ? 1 : -1 }
}
