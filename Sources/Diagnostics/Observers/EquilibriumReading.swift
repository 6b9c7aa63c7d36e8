import Adversarial
import Components
import LinearAlgebra
import Networks
import Tensors

/// What kind of point the run stands at: stationary or not, and which way each player's loss curves.
public struct EquilibriumReading: Diagnostic {
  public static let name = "equilibrium"
  public static let summary = "Whether the field vanishes up to noise, and the smallest curvature of each player's loss."
  public static let equation = "stable: Re lambda(J) < 0;  local Nash: both own Hessians positive definite"
  public static let reference = "Berard et al. 2020, section 3; Jin et al. 2020, proposition 5; Fiez et al. 2020, definition 4"

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// Other batches that the noise of the field is read from; 7 by default.
  public var draws: Int = 7
  /// Products after which an eigenvalue problem stops; 200 by default, of which large networks get a fifth.
  public var products: Int = 200
  /// Added to the discriminator's curvature before it is inverted; 0.001 by default.
  public var damping: Double = 1e-3

  public init() {}

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(draws, in: 0...1_000, "draws", of: name)
    try ObserverFields.check(products, in: 40...100_000, "products", of: name)
    guard damping >= 0, damping.isFinite else {
      throw ComponentError(component: name, field: "damping", value: damping, expected: "0 or above")
    }
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    let trainer = run.run
    let frozen = try FrozenRound(trainer)
    let field = try VectorField(frozen)
    let others = try (0..<draws).map { try FrozenRound(trainer, state: run.state, step: run.step + 1 + $0) }
    let point = try EquilibriumClass(
      of: field, draws: others, damping: damping, maximumProducts: frozen.isLarge ? max(40, products / 5) : products)
    func number(_ value: Bool?) -> Double { value.map { $0 ? 1 : 0 } ?? .nan }
    return [
      Reading("stationary", number(point.stationarity.isStationary)), Reading("field.norm", point.stationarity.norm),
      Reading("field.noise", point.stationarity.noise), Reading("stable", number(point.isStable)),
      Reading("largest-real-part", point.largestReal ?? .nan),
      Reading("generator.smallest-curvature", point.leaderCurvature ?? .nan),
      Reading("discriminator.smallest-curvature", point.followerCurvature ?? .nan),
      Reading("local-nash", number(point.isLocalNash)), Reading("strict-local-minimax", number(point.isStrictLocalMinimax)),
    ]
  }
}
