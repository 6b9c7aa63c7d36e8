import Adversarial

/// How much either side of a zero-sum game could still gain: DG = max M(u, v′) − min M(u′, v), 0 exactly at a Nash equilibrium and
/// positive elsewhere (Grnarova et al. 2019, equation 2).
///
/// M is what the last player maximizes: minus the discriminator's whole loss, its penalties included. For losses that are not zero-sum
/// (non-saturating, least squares, hinge) the generator trains on something else, and ``NikaidoIsoda`` is the gap that means something.
/// The searches are finite, so that the estimate is a lower bound up to its noise; a negative estimate says that they failed. Weight
/// constraints that are no part of the loss must be given as ``AdversarySettings/constraint``.
///
/// ```swift
/// let gap = try DualityGap(trainer)
/// print(gap.minimaxLoss.value, gap.gap.value, gap.gap.standardError)
/// ```
public struct DualityGap: Sendable {
  /// M as the game stands.
  public let current: DrawnEstimate
  /// M1 = max over v′ of M(u, v′): how well the best discriminator that was found does. Alone it is the better measure of the samples:
  /// −2 ln 2 + 2 JSD for a perfect one and the original loss.
  public let minimaxLoss: DrawnEstimate
  /// M2 = min over u′ of M(u′, v).
  public let maximinLoss: DrawnEstimate
  /// M1 − M2; the error is of the paired differences, batch by batch.
  public let gap: DrawnEstimate

  /// The gap of a frozen round's game.
  ///
  /// - Parameters:
  ///   - finding: the batches on which the answers are sought; the frozen round's own by default.
  ///   - evaluation: the batches on which they are judged; the frozen round's own by default, which is right for games without noise.
  /// - Throws: `DiagnosticsError` for a game without two players.
  public init(
    _ frozen: FrozenRound, finding: [FrozenRound] = [], evaluation: [FrozenRound] = [], settings: AdversarySettings = AdversarySettings()
  ) throws {
    let (first, last) = try frozen.twoPlayers()
    let finding = finding.isEmpty ? [frozen] : finding
    let evaluation = evaluation.isEmpty ? [frozen] : evaluation
    let maximizer = try BestResponse(frozen, last, .value, settings)
    let minimizer = try BestResponse(frozen, first, .value, settings)
    let upper = try maximizer.values(at: maximizer.found(on: finding), on: evaluation).map { -$0 }
    let lower = try minimizer.values(at: minimizer.found(on: finding), on: evaluation)
    current = DrawnEstimate(try minimizer.values(at: minimizer.point, on: evaluation))
    minimaxLoss = DrawnEstimate(upper)
    maximinLoss = DrawnEstimate(lower)
    gap = DrawnEstimate(zip(upper, lower).map { $0 - $1 })
  }

  /// The gap where a trainer stands: answers sought on training data, judged on held-out data where some is kept back.
  ///
  /// - Parameter draws: batches for each of both, at least 2 for a standard error.
  public init(_ trainer: Trainer, draws: Int = 8, settings: AdversarySettings = AdversarySettings()) throws {
    let run = Observation(trainer)
    let (finding, evaluation) = try FrozenRound.findingAndEvaluation(run, draws)
    try self.init(FrozenRound(run), finding: finding, evaluation: evaluation, settings: settings)
  }
}

extension FrozenRound {
  func twoPlayers() throws -> (Player, Player) {
    guard players.count == 2 else { throw DiagnosticsError("a duality gap needs a game of two players, not of \(players.count)") }
    return (players[0], players[1])
  }

  static func findingAndEvaluation(_ run: Observation, _ draws: Int) throws -> ([FrozenRound], [FrozenRound]) {
    (
      try FrozenRound.draws(run, count: draws, named: "finding"),
      try FrozenRound.draws(run, count: draws, named: "evaluation", heldOut: run.hasHeldOut, offset: 1 + draws)
    )
  }
}
