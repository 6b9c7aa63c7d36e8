import Foundation
import Rival
import RivalTesting
import Testing

/// Seeds that are played at once are the runs that each of them is alone.
@Suite("Seeds at once", .serialized)
struct SeedBatchTests {
  @Test("Every composition: the same bits on the reference executor", arguments: RecordedComposition.all.map(\.name))
  func exactly(name: String) throws {
    let it = try #require(RecordedComposition.all.first { $0.name == name })
    let violations = try SeedBatchConformance.check(it.gan, data: it.data, batchSize: it.batchSize)
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  @Test("Every composition on the processor: a round to rounding", arguments: RecordedComposition.all.map(\.name))
  func onTheProcessor(name: String) throws {
    let it = try #require(RecordedComposition.all.first { $0.name == name })
    // The gradient of a bias before a normalization is 0 but for rounding, and Adam makes whole steps of that.
    let tolerance = name.hasPrefix("images") ? 1e-3 : 1e-6
    let violations = try SeedBatchConformance.check(
      it.gan, data: it.data, batchSize: it.batchSize, rounds: 1, device: .cpu, tolerance: tolerance)
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  @Test("Any run goes on alone from where the batch left it")
  func resumedAlone() throws {
    let (gan, ring) = (ringGAN([ExponentialMovingAverage(decay: 0.9)]), RingOfGaussians(modes: 8))
    let batch = try SeedBatch(gan, data: ring, batchSize: 16, seeds: [7, 8])
    try batch.run(until: 3)
    let trainer = try batch.trainer(of: 1)
    #expect(trainer.seed == 8 && trainer.step == 3 && trainer.history.steps == [1, 2, 3])
    #expect(try trainer.state.tensors.map { try $0.doubles() } == batch.state(of: 1).tensors.map { try $0.doubles() })
    // Through a checkpoint too.
    let path = FileManager.default.temporaryDirectory.appending(path: "seed-\(UUID().uuidString).h5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try trainer.save(to: path)
    let resumed = try Trainer(resuming: path)
    try trainer.run(until: 6)
    try resumed.run(until: 6)
    #expect(try image(resumed) == image(trainer))
    let alone = try Trainer(gan, data: ring, batchSize: 16, seed: 8)
    try alone.run(until: 6)
    for (path, tensor) in alone.state {
      let other = try #require(resumed.state[path])
      #expect(try zip(tensor.doubles(), other.doubles()).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($0)) }, "\(path)")
    }
  }

  /// A GAN with so large a learning rate that some seeds get out of hand.
  private func wild(_ heuristics: [any Heuristic] = []) -> GAN {
    var gan = ringGAN(heuristics, loss: LeastSquaresLoss())
    let optimizer = SGD(learningRate: 0.6)
    gan.optimizers = [optimizer.for(.generator), optimizer.for(.discriminator)]
    return gan
  }

  @Test("A run that diverges ends, and the others go on")
  func divergence() throws {
    let (ring, seeds) = (RingOfGaussians(modes: 8), [UInt64](1...8))
    #expect(try SeedBatchConformance.check(wild(), data: ring, batchSize: 8, seeds: seeds, rounds: 60) == [])
    let batch = try SeedBatch(wild(), data: ring, batchSize: 8, seeds: seeds, device: .reference)
    try batch.run(until: 60)
    // A run that has failed stands where it failed, and says where that began.
    let run = try #require(batch.failures.firstIndex { $0 != nil })
    let (trainer, alone) = (try batch.trainer(of: run), try Trainer(wild(), data: ring, batchSize: 8, seed: seeds[run], device: .reference))
    try alone.run(until: 60)
    #expect(trainer.step < 60 && trainer.step == alone.step)
    #expect(try trainer.advance() == alone.failure)
    #expect(trainer.failure?.origin != nil)
    // Another one goes on, alone too.
    let sound = try #require(batch.failures.firstIndex { $0 == nil })
    #expect(try batch.trainer(of: sound).step == 60)
  }

  @Test("A run that is taken back goes on, and the others do not notice")
  func recovery() throws {
    let (ring, seeds, gan) = (RingOfGaussians(modes: 8), [UInt64](1...8), wild([Rollback(budget: 2)]))
    #expect(try SeedBatchConformance.check(gan, data: ring, batchSize: 8, seeds: seeds, rounds: 130) == [])
    let batch = try SeedBatch(gan, data: ring, batchSize: 8, seeds: seeds, device: .reference)
    try batch.run(until: 130)
    #expect(batch.recoveries.contains { !$0.isEmpty } && batch.recoveries.contains { $0.isEmpty })
    for run in seeds.indices {
      let alone = try Trainer(gan, data: ring, batchSize: 8, seed: seeds[run], device: .reference)
      try alone.run(until: 130)
      #expect(batch.recoveries[run].map(\.step) == alone.recoveries.map(\.step), "seed \(seeds[run])")
      #expect(batch.recoveries[run].map(\.failure.step) == alone.recoveries.map(\.failure.step), "seed \(seeds[run])")
    }
  }

  @Test("Seeds that are missing or named twice are refused")
  func refusals() throws {
    func text(_ seeds: [UInt64]) -> String {
      failureText { _ = try SeedBatch(ringGAN(), data: RingOfGaussians(modes: 8), batchSize: 8, seeds: seeds) }
    }
    #expect(text([]).contains("at least one, and none twice"))
    #expect(text([1, 2, 1]).hasPrefix("the seeds are [1, 2, 1]"))
  }
}
