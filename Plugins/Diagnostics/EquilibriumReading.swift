import Adversarial
import Components
import Diagnostics
import LinearAlgebra
import Networks
import Reports
import Tensors

/// What kind of point the run stands at: stationary or not, and which way each player's loss curves.
public struct EquilibriumReading: Diagnostic {
  public static let name = "equilibrium"
  public static let summary = "Whether the field vanishes up to noise, and the smallest curvature of each player's loss."
  public static let equation = "stable: Re lambda(J) < 0;  local Nash: both own Hessians positive definite"
  public static let reference = "Berard et al. 2020, section 3; Jin et al. 2020, proposition 5; Fiez et al. 2020, definition 4"
  public static let fieldDescriptions = [
    "damping": "Added to the discriminator's curvature before it is inverted; 0.001 by default",
    "draws": "Other batches that the noise of the field is read from; 7 by default",
    "every": "Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint",
    "products": "Products after which an eigenvalue problem stops; 200 by default, of which large networks get a fifth",
  ]

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// Other batches that the noise of the field is read from; 7 by default.
  public var draws: Int = 7
  /// Products after which an eigenvalue problem stops; 200 by default, of which large networks get a fifth.
  public var products: Int = 200
  /// Added to the discriminator's curvature before it is inverted; 0.001 by default.
  public var damping: Double = 1e-3

  /// 1 where the field vanishes up to noise, 0 where it does not.
  public static let stationary = column("stationary")
  /// 1 where every eigenvalue that was found has a negative real part, 0 where one has not.
  public static let stable = column("stable")
  /// The smallest eigenvalue of a player's own Hessian.
  public static func smallestCurvature(of player: Player) -> ReadingColumn { column("\(player).smallest-curvature") }

  public init() {}

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(draws, in: 0...1_000, "draws", of: name)
    try ObserverFields.check(products, in: 40...100_000, "products", of: name)
    guard damping >= 0, damping.isFinite else {
      throw ComponentError(component: name, field: "damping", value: damping, expected: "0 or above")
    }
  }

  public func applies(to run: Observation) -> Bool { run.game.players.count == 2 }

  public func observe(_ run: Observation) throws -> [Reading] {
    let frozen = try FrozenRound(run)
    let field = try VectorField(frozen)
    let others = try (0..<draws).map { try FrozenRound(run, state: run.state, step: run.step + 1 + $0) }
    let point = try EquilibriumClass(
      of: field, draws: others, damping: damping, maximumProducts: frozen.isLarge ? max(40, products / 5) : products)
    func number(_ value: Bool?) -> Double { value.map { $0 ? 1 : 0 } ?? .nan }
    return [
      Reading(Self.stationary, number(point.stationarity.isStationary)), Reading("field.norm", point.stationarity.norm),
      Reading("field.noise", point.stationarity.noise), Reading(Self.stable, number(point.isStable)),
      Reading("largest-real-part", point.largestReal ?? .nan),
      Reading(Self.smallestCurvature(of: .generator), point.leaderCurvature ?? .nan),
      Reading(Self.smallestCurvature(of: .discriminator), point.followerCurvature ?? .nan),
      Reading("local-nash", number(point.isLocalNash)), Reading("strict-local-minimax", number(point.isStrictLocalMinimax)),
    ]
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard record.observations.latest(Self.stationary) != nil else { return [] }
    guard let curvature = record.latest(Self.smallestCurvature(of: .generator)),
      let own = record.latest(Self.smallestCurvature(of: .discriminator))
    else {
      return [
        ReadingLine(
          name, .fine, "The players' smallest curvatures did not converge; ask with --only equilibrium:products=1000, which takes longer.")
      ]
    }
    let text = "Smallest curvature of the generator's loss \(Phrase.number(curvature)), of the discriminator's \(Phrase.number(own))"
    guard record.latest(Self.stationary) == 1 else {
      return [ReadingLine(name, .fine, text + "; the point is not stationary, so it has no class.")]
    }
    let kind = curvature < 0 ? ": not a Nash point, as usual; no action." : ": neither player alone can gain locally."
    return [ReadingLine(name, .fine, text + kind)]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    let chart = record.chart(
      "Smallest curvature of each player's loss",
      [(Self.smallestCurvature(of: .generator), "generator"), (Self.smallestCurvature(of: .discriminator), "discriminator")],
      references: [.init(value: 0, label: "a player could gain below")])
    return [chart].compactMap { $0 }
  }
}
