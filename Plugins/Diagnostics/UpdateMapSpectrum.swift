import Adversarial
import Components
import Diagnostics
import LinearAlgebra
import Networks
import Tensors

/// The eigenvalues of one whole round: whether small errors shrink or grow under the optimizer and the update rule as they are.
///
/// The batch, the noise and the scaling slots of the optimizers (Adam's second moments) are held fixed, so that the round is a map of
/// parameters and momenta; F′ is its derivative. Below one the point attracts, above one it repels (Mescheder et al. 2017, proposition 1).
public struct UpdateMapSpectrum: Diagnostic {
  public static let name = "update-map"
  public static let summary = "The largest eigenvalues of a whole round, by Arnoldi iteration: below one small errors shrink."
  public static let equation = "w' = F(w);  rho(F') = max |lambda|"
  public static let reference = "Mescheder et al. 2017, proposition 1; Berard et al. 2020, section 4"
  public static let fieldDescriptions = [
    "count": "How many eigenvalues; 8 by default",
    "every": "Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint",
    "products":
      """
    Products with F′ after which the solver stops with what has converged; 600 by default, of which large networks get a fifth
    """,
  ]

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// How many eigenvalues; 8 by default.
  public var count: Int = 8
  /// Products with F′ after which the solver stops with what has converged; 600 by default, of which large networks get a fifth.
  public var products: Int = 600

  /// The largest |λ| of those that converged; above 1 a small error grows.
  public static let radius = column("radius")
  /// How many converged.
  public static let converged = column("converged")
  /// The residual of the largest.
  public static let residual = column("residual")
  /// Products that it took.
  public static let productCount = column("products")
  /// One eigenvalue, by falling magnitude.
  static func eigenvalue(_ index: Int) -> (real: ReadingColumn, imaginary: ReadingColumn, residual: ReadingColumn) {
    (column("eigenvalue-\(index).real"), column("eigenvalue-\(index).imaginary"), column("eigenvalue-\(index).residual"))
  }

  public init() {}
  public init(every: Int, count: Int = 8) {
    self.every = every
    self.count = count
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(count, in: 1...50, "count", of: name)
    try ObserverFields.check(products, in: 40...1_000_000, "products", of: name)
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    let frozen = try FrozenRound(run)
    let spectrum = try UpdateMap(frozen).spectrum(count: count, maximumProducts: frozen.isLarge ? max(40, products / 5) : products)
    var readings = [
      Reading(Self.radius, spectrum.radius ?? .nan), Reading(Self.converged, Double(spectrum.converged.count)),
      Reading(Self.residual, spectrum.pairs.first?.residual ?? .nan), Reading("rotation-share", spectrum.rotationShare ?? .nan),
      Reading(Self.productCount, Double(spectrum.products)),
    ]
    for (index, pair) in spectrum.pairs.prefix(count).enumerated() {
      let columns = Self.eigenvalue(index)
      readings += [
        Reading(columns.real, pair.value.real), Reading(columns.imaginary, pair.value.imaginary), Reading(columns.residual, pair.residual),
      ]
    }
    return readings
  }
}
