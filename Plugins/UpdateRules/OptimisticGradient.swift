import Adversarial
import Components
import Networks
import Tensors

/// All players move at once by what the next gradient is expected to be: the new one and its change since the last round.
///
/// w ← w − η (2 v(wₜ) − v(wₜ₋₁)), section 3 of Daskalakis et al. 2018; in the first round the last gradient counts as zero. What goes into the optimizer is
/// the expected gradient, so that Adam keeps moments of it; `optimistic-adam` expects Adam's step instead, as the paper's algorithm 1 does.
public struct OptimisticGradient: UpdateRule {
  public static let name = "optimistic"
  public static let aliases = ["optimistic-gradient": "", "ogda": "", "omd": "optimistic mirror descent with the Euclidean distance"]
  public static let summary = "Twice the new gradient less the last one."
  public static let equation = "w = w - eta ((1 + alpha) v(w_t) - alpha v(w_{t-1}))"
  public static let reference = "Popov 1980; Daskalakis et al. 2018, section 3"
  public static let fieldDescriptions = [
    "alpha": "How much of the gradient's change is added, 0 or more; 1 in the paper"
  ]

  /// How much of the gradient's change is added, 0 or more; 1 in the paper.
  public var alpha: Number = 1

  public init() {}

  public init(alpha: Number) {
    self.alpha = alpha
  }

  public func validateFields() throws {
    try alpha.require("alpha", of: Self.name, "0 or more") { $0 >= 0 }
  }

  public func advance(_ round: Round) throws {
    let gradients = try round.players.map { try round.gradient(of: $0) }
    for (player, gradient) in zip(round.players, gradients) {
      let last = try round.memory("last", of: player)
      try round.update(player, with: gradient.zipped(with: last) { (1 + alpha) * $0 - alpha * $1 })
      try round.setMemory("last", of: player, to: gradient)
    }
  }
}
