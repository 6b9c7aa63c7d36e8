import Rival
import RivalTesting
import Testing

/// Same inputs, same bytes; and what must not matter does not.
@Suite("Exactness")
struct ExactnessTests {
  private func trained(
    _ gan: GAN, seed: UInt64 = 1, rounds: Int = 4, threads: Int? = nil, _ between: (Trainer) throws -> Void = { _ in }
  )
    throws -> Trainer
  {
    let trainer = try Trainer(gan, data: RingOfGaussians(modes: 8), batchSize: 16, seed: seed, threadCount: threads)
    for round in 1...rounds {
      try trainer.run(until: round)
      try between(trainer)
    }
    return trainer
  }

  @Test func oneSeedGivesOneFile() throws {
    let gan = ringGAN([InstanceNoise(), R1Penalty(gamma: 1), ExponentialMovingAverage(decay: 0.9)])
    let first = try image(trained(gan))
    #expect(try image(trained(gan)) == first)
    #expect(try image(trained(gan, seed: 2)) != first)
  }

  @Test func anotherSeedChangesWeightsLatentsAndData() throws {
    let one = try Trainer(ringGAN(), data: RingOfGaussians(modes: 8), batchSize: 8, seed: 1)
    let two = try Trainer(ringGAN(), data: RingOfGaussians(modes: 8), batchSize: 8, seed: 2)
    let path = "generator/params/00_dense/weight"
    #expect(try one.state[path]?.scalars() != two.state[path]?.scalars())
    try two.restore(state: one.state, step: 0, history: History())
    try one.advance()
    try two.advance()
    #expect(one.history["discriminator.real"] != two.history["discriminator.real"])
    #expect(one.history["discriminator.fake"] != two.history["discriminator.fake"])
  }

  @Test("Threads are part of what repeats", arguments: [1, 2])
  func threads(count: Int) throws {
    let gan = imageGAN([SpectralNormalization()])
    func run() throws -> [UInt8] {
      let trainer = try Trainer(gan, data: smallImages(), batchSize: 12, seed: 4, threadCount: count)
      try trainer.run(until: 3)
      return try image(trainer)
    }
    let first = try run()
    #expect(try run() == first)
  }

  @Test func samplingChangesNothing() throws {
    let gan = ringGAN([
      SpectralNormalization(iterations: 1, includesGenerator: true), ExponentialMovingAverage(decay: 0.9),
    ])
    let quiet = try image(trained(gan))
    let sampled = try image(
      trained(gan) { trainer in
        _ = try trainer.sample(300)
        _ = try trainer.sample(3, seed: 8, averaged: false)
        _ = try trainer.checkpoint()
      })
    #expect(sampled == quiet)
  }

  @Test func samplesDependOnSeedAndStateOnly() throws {
    let trainer = try trained(ringGAN([ExponentialMovingAverage(decay: 0.9)]))
    let few = try trainer.sample(3).scalars()
    let many = try trainer.sample(700).scalars()
    #expect(many.count == 1400)
    #expect(Array(many.prefix(6)) == few)
    #expect(try trainer.sample(3, seed: 77).scalars() != few)
    #expect(try trainer.sample(3, averaged: false).scalars() != few)
    #expect(Set(many.map(\.bitPattern)).count > 1390)
  }

  @Test("Every round draws new latent vectors and new real samples")
  func roundsDrawAnew() throws {
    var still = ringGAN()
    still.optimizers = [SGD(learningRate: 1e-30).for(.generator), SGD(learningRate: 1e-30).for(.discriminator)]
    let trainer = try trained(still, rounds: 3)
    for name in ["discriminator.fake", "discriminator.real", "generator.loss"] {
      #expect(Set(try #require(trainer.history[name])).count == 3, "\(name)")
    }
  }

  @Test("Two heuristics of one name keep their own streams")
  func twins() throws {
    let twice = try trained(
      ringGAN([InstanceNoise(standardDeviation: 0.1), InstanceNoise(standardDeviation: 0.1)]), rounds: 1)
    let wider = try trained(ringGAN([InstanceNoise(standardDeviation: 0.2)]), rounds: 1)
    // One stream drawn twice would be the noise of twice the deviation, but for rounding.
    let difference = try zip(twice.state.tensors, wider.state.tensors).map { left, right in
      try zip(left.scalars(), right.scalars()).map { abs($0 - $1) }.max() ?? 0
    }
    #expect((difference.max() ?? 0) > 1e-3)
  }
}
