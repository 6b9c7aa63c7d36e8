import Adversarial
import Networks
import Tensors

/// The proof that seeds that are played at once are the runs that each of them is alone.
///
/// ```swift
/// #expect(try SeedBatchConformance.check(gan, data: RingOfGaussians(modes: 8)).isEmpty)
/// ```
public enum SeedBatchConformance {
  /// Plays some seeds at once and each alone, and compares their states before the first round and after `rounds` of them, their histories and their
  /// failures.
  ///
  /// - Parameters:
  ///   - device: where both run; by default the reference executor, which adds up in one order, so that all bits are the same.
  ///   - tolerance: the largest distance of a state from that of the run alone, as a part of its length; 0, the default, for the same bits in
  ///     the state and in every record. The bits of the initial states are the same in any case.
  /// - Returns: what differs, one sentence each; empty for a composition that conforms.
  /// - Throws: what training throws.
  public static func check(
    _ composition: any Composition, data: any DataSource, batchSize: Int = 16, seeds: [UInt64] = [3, 1, 8], rounds: Int = 2,
    device: Device = .reference, tolerance: Double = 0
  ) throws -> [String] {
    let batch = try SeedBatch(composition, data: data, batchSize: batchSize, seeds: seeds, device: device)
    let alone = try seeds.map { try Trainer(composition, data: data, batchSize: batchSize, seed: $0, device: device) }
    var result: [String] = []
    for (run, trainer) in alone.enumerated() {
      result += try StateComparison.differences(batch.state(of: run), trainer.state).map {
        "seed \(seeds[run]) before the first round: \($0)"
      }
    }
    try batch.run(until: rounds)
    for (run, trainer) in alone.enumerated() {
      try trainer.run(until: rounds)
      let found = try differences(batch, run, trainer, tolerance)
      result += found.map { "seed \(seeds[run]) after \(trainer.step) rounds: \($0)" }
    }
    return result
  }

  private static func differences(_ batch: SeedBatch, _ run: Int, _ alone: Trainer, _ tolerance: Double) throws -> [String] {
    var result: [String] = []
    let failures = (batch.failures[run].map { ($0.step, $0.record) }, alone.failure.map { ($0.step, $0.record) })
    if failures.0?.0 != failures.1?.0 || failures.0?.1 != failures.1?.1 {
      result.append("the failure is \(batch.failures[run]?.description ?? "none"), but \(alone.failure?.description ?? "none") alone")
    }
    let (state, expected) = (try batch.state(of: run), alone.state)
    if tolerance == 0 || state.paths != expected.paths {
      result += try StateComparison.differences(state, expected)
    } else {
      let (actual, wanted) = (try state.tensors.flatMap { try $0.doubles() }, try expected.tensors.flatMap { try $0.doubles() })
      let distance = zip(actual, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      let length = wanted.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if !(distance <= tolerance * length) {
        result.append("the state is \(distance / length) of its length away from that of the run alone")
      }
    }
    if batch.histories[run].steps != alone.history.steps || batch.histories[run].names != alone.history.names {
      result.append("the history has other rounds or other records")
    }
    for name in alone.history.names where tolerance == 0 {
      let same = zip(batch.histories[run][name] ?? [], alone.history[name] ?? []).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
      if !same { result.append("the record '\(name)' differs") }
    }
    return result
  }
}
