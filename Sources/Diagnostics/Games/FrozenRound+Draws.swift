import Adversarial
import Components
import Networks
import Tensors

extension FrozenRound {
  /// Rounds at a run's state on batches that training never uses: each with other real samples, latent vectors and noise.
  ///
  /// - Parameters:
  ///   - count: how many, at least 1.
  ///   - name: names the stream of real batches; other names, other batches.
  ///   - heldOut: whether the real samples are those that training never sees.
  ///   - offset: the first round's distance from the run's next round, which selects the random draws and the place in schedules.
  /// - Throws: `DiagnosticsError` where held-out samples are wanted but none are kept back.
  public static func draws(
    _ run: Observation, count: Int, named name: String, heldOut: Bool = false, offset: Int = 1
  ) throws -> [FrozenRound] {
    guard count >= 1 else { throw DiagnosticsError("\(count) draws were asked for; ask for at least one") }
    let frozen = try FrozenRound(run)
    guard let samples = heldOut ? run.samples.heldOut : run.samples else {
      throw DiagnosticsError("the data '\(run.data.name)' keeps no samples back; open it with a held-out share")
    }
    let batches = frozen.batches.count
    let key = run.key(name)
    return try (0..<count).map { number in
      try frozen.redrawn(
        batches: FrozenRound.batches(of: samples, count: batches, from: number * batches, size: run.batchSize, key: key),
        step: run.step + offset + number)
    }
  }
}
