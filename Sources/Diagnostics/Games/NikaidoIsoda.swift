import Adversarial

/// How much the players could still gain, each on its own loss: Σ [Lᵢ(w) − min Lᵢ(wᵢ′, w₋ᵢ)], 0 exactly at a Nash equilibrium
/// (Nikaido and Isoda 1955). It is the duality gap where the game is zero-sum, and right where it is not.
public struct NikaidoIsoda: Sendable {
  /// One player's part.
  public struct Gain: Sendable {
    public let player: Player
    /// The loss as the game stands.
    public let current: DrawnEstimate
    /// The loss at the best answer that was found.
    public let best: DrawnEstimate
    /// Their difference, batch by batch.
    public let gain: DrawnEstimate
  }

  /// The players' parts, in the game's order.
  public let gains: [Gain]
  /// The sum of all gains; the error is of the sums batch by batch.
  public let total: DrawnEstimate

  /// The gap of a frozen round's game, with any number of players; see ``DualityGap/init(_:finding:evaluation:settings:)``.
  public init(
    _ frozen: FrozenRound, finding: [FrozenRound] = [], evaluation: [FrozenRound] = [], settings: AdversarySettings = AdversarySettings()
  ) throws {
    let finding = finding.isEmpty ? [frozen] : finding
    let evaluation = evaluation.isEmpty ? [frozen] : evaluation
    var sums = [Double](repeating: 0, count: evaluation.count)
    gains = try frozen.players.map { player in
      let response = try BestResponse(frozen, player, .ownLoss, settings)
      let before = try response.values(at: response.point, on: evaluation)
      let after = try response.values(at: response.found(on: finding), on: evaluation)
      let gains = zip(before, after).map { $0 - $1 }
      for index in sums.indices { sums[index] += gains[index] }
      return Gain(player: player, current: DrawnEstimate(before), best: DrawnEstimate(after), gain: DrawnEstimate(gains))
    }
    total = DrawnEstimate(sums)
  }

  /// The gap where a trainer stands; see ``DualityGap/init(_:draws:settings:)``.
  public init(_ trainer: Trainer, draws: Int = 8, settings: AdversarySettings = AdversarySettings()) throws {
    try self.init(Observation(trainer), draws: draws, settings: settings)
  }

  /// The gap where an observed run stands; see ``DualityGap/init(_:draws:settings:)``.
  public init(_ run: Observation, draws: Int = 8, settings: AdversarySettings = AdversarySettings()) throws {
    let (finding, evaluation) = try FrozenRound.findingAndEvaluation(run, draws)
    try self.init(FrozenRound(run), finding: finding, evaluation: evaluation, settings: settings)
  }
}
