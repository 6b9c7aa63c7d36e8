import Adversarial
import Components
import Networks
import Tensors

/// The players move in turn, and every k rounds all of them step back together, part of the way to where they were k rounds before.
///
/// After every k rounds w ← w̃ ← w̃ + α (w − w̃): algorithm 1 of Chavdarova et al. 2021. All players step back at once, after the last one's update: stepping
/// back player by player breaks the game (their section 4). Optimizers keep their memory. The slow weights w̃ are kept as `generator_lookahead` and the like.
public struct LookaheadMinmax: UpdateRule {
  public static let name = "lookahead-minmax"
  public static let summary = "Every k rounds all players go back part of their way."
  public static let equation = "every k rounds: slow = slow + alpha (w - slow);  w = slow"
  public static let reference = "Chavdarova et al. 2021, algorithm 1"
  public static let fieldDescriptions = [
    "alpha": "The share α of the way that is kept, in (0, 1]; 1/2 in the paper",
    "discriminatorSteps": "Updates of the discriminator for each one of the generator, at least 1",
    "isSimultaneous": "Whether the players move at once between the steps back, not in turn",
    "period": "Rounds k between two steps back, at least 2; 5 in the paper's small experiments",
  ]

  /// Rounds k between two steps back, at least 2; 5 in the paper's small experiments.
  public var period = 5
  /// The share α of the way that is kept, in (0, 1]; 1/2 in the paper.
  public var alpha: Number = 0.5
  /// Updates of the discriminator for each one of the generator, at least 1.
  public var discriminatorSteps = 1
  /// Whether the players move at once between the steps back, not in turn.
  public var isSimultaneous = false

  public init() {}

  public init(period: Int, alpha: Number = 0.5, discriminatorSteps: Int = 1, isSimultaneous: Bool = false) {
    self.period = period
    self.alpha = alpha
    self.discriminatorSteps = discriminatorSteps
    self.isSimultaneous = isSimultaneous
  }

  public func validateFields() throws {
    try alpha.require("alpha", of: Self.name, "in (0, 1]") { $0 > 0 && $0 <= 1 }
    guard (2...1_000_000).contains(period) else {
      throw ComponentError(component: Self.name, field: "period", value: period, expected: "from 2 to 1000000")
    }
    guard (1...100).contains(discriminatorSteps) else {
      throw ComponentError(component: Self.name, field: "discriminatorSteps", value: discriminatorSteps, expected: "from 1 to 100")
    }
    guard !isSimultaneous || discriminatorSteps == 1 else {
      throw ComponentError(
        component: Self.name, field: "discriminatorSteps", value: discriminatorSteps, expected: "1 where the players move at once")
    }
  }

  public var realBatchesPerRound: Int { discriminatorSteps }

  public func advance(_ round: Round) throws {
    let rule: any UpdateRule = isSimultaneous ? SimultaneousUpdates() : AlternatingUpdates(discriminatorSteps: discriminatorSteps)
    try rule.advance(round)
    let next = (round.step + Tensor(int32: [1], shape: [])).converted(to: .float64) / Double(period)
    let isDue = next.isEqual(to: floor(next))
    for player in round.players {
      let slow = try round.shadow("lookahead", of: player)
      let fast = round.parameters(of: player)
      let back = slow.zipped(with: fast) { select(isDue, $0 + alpha * ($1 - $0), $1) }
      try round.setShadow("lookahead", of: player, to: slow.zipped(with: back) { select(isDue, $1, $0) })
      try round.setParameters(back, of: player)
    }
  }
}
