import Adversarial
import Components
import Networks
import Tensors

/// All players look one step of their optimizers ahead, and move from where they stood by the gradient that they find there.
///
/// ŵ = w − η v(w); w ← w − η v(ŵ) (Korpelevich 1976), with any optimizer in the place of η: its memory moves on in both steps, as in Gidel et al. 2019,
/// algorithms 2 and 4 (ExtraSGD, ExtraAdam). From the past (Popov 1980; Gidel et al., algorithm 3) the first step takes the gradient of the last round's
/// ŵ again, zero in the first round, so that a round costs one gradient a player.
public struct Extragradient: UpdateRule {
  public static let name = "extragradient"
  public static let aliases = ["extra-gradient": "", "mirror-prox": "with the Euclidean distance they are the same"]
  public static let summary = "A look one step ahead, and a step by the gradient there."
  public static let equation = "w' = w - eta v(w);  w = w - eta v(w')"
  public static let reference = "Korpelevich 1976; Gidel et al. 2019, algorithms 2 to 4"
  public static let fieldDescriptions = [
    "isFromPast": "Whether the look ahead takes the gradient of the last round's look, which halves the cost"
  ]

  /// Whether the look ahead takes the gradient of the last round's look, which halves the cost.
  public var isFromPast = false

  public init() {}

  public init(isFromPast: Bool) {
    self.isFromPast = isFromPast
  }

  public func advance(_ round: Round) throws {
    let before = round.players.map { round.parameters(of: $0) }
    let first = try round.players.map { try isFromPast ? round.memory("past", of: $0) : round.gradient(of: $0) }
    for (player, gradient) in zip(round.players, first) { try round.extrapolate(player, with: gradient) }
    let ahead = try round.players.map { try round.gradient(of: $0) }
    for (index, player) in round.players.enumerated() {
      try round.setParameters(before[index], of: player)
      try round.update(player, with: ahead[index])
      if isFromPast { try round.setMemory("past", of: player, to: ahead[index]) }
    }
  }
}
