import Adversarial
import Components
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

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// How many eigenvalues; 8 by default.
  public var count: Int = 8
  /// Products with F′ after which the solver stops with what has converged; 600 by default, of which large networks get a fifth.
  public var products: Int = 600

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
    let frozen = try FrozenRound(run.run)
    let spectrum = try UpdateMap(frozen).spectrum(count: count, maximumProducts: frozen.isLarge ? max(40, products / 5) : products)
    var readings = [
      Reading("radius", spectrum.radius ?? .nan), Reading("converged", Double(spectrum.converged.count)),
      Reading("residual", spectrum.pairs.first?.residual ?? .nan), Reading("rotation-share", spectrum.rotationShare ?? .nan),
      Reading("products", Double(spectrum.products)),
    ]
    for (index, pair) in spectrum.pairs.prefix(count).enumerated() {
      readings += [
        Reading("eigenvalue-\(index).real", pair.value.real), Reading("eigenvalue-\(index).imaginary", pair.value.imaginary),
        Reading("eigenvalue-\(index).residual", pair.residual),
      ]
    }
    return readings
  }
}
