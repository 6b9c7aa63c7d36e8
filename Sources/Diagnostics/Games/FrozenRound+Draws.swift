import Adversarial
import Components
import Networks
import Tensors

extension FrozenRound {
  /// Rounds at a trainer's state on batches that training never uses: each with other real samples, latent vectors and noise.
  ///
  /// - Parameters:
  ///   - count: how many, at least 1.
  ///   - name: names the stream of real batches; other names, other batches.
  ///   - heldOut: whether the real samples are those that training never sees.
  ///   - offset: the first round's distance from the trainer's next round, which selects the random draws and the place in schedules.
  /// - Throws: `DiagnosticsError` where held-out samples are wanted but none are kept back.
  public static func draws(
    _ trainer: Trainer, count: Int, named name: String, heldOut: Bool = false, offset: Int = 1
  ) throws -> [FrozenRound] {
    guard count >= 1 else { throw DiagnosticsError("\(count) draws were asked for; ask for at least one") }
    let frozen = try FrozenRound(trainer)
    guard let samples = heldOut ? trainer.samples.heldOut : trainer.samples else {
      throw DiagnosticsError("the data '\(type(of: trainer.data).name)' keeps no samples back; open it with a held-out share")
    }
    let batches = frozen.batches.count
    let key = Key(seed: trainer.seed).derived("diagnostics").derived(name)
    return try (0..<count).map { number in
      try frozen.redrawn(
        batches: FrozenRound.batches(of: samples, count: batches, from: number * batches, size: trainer.batchSize, key: key),
        step: trainer.step + offset + number)
    }
  }
}
