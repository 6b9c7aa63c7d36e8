import Rival
import Testing

/// Running statistics belong to the weights that they were gathered with.
@Suite("Statistics of averaged weights")
struct AveragedStatisticsTests {
  /// The mean and the standard deviation of each column.
  private func moments(_ samples: Tensor) throws -> [(mean: Double, deviation: Double)] {
    let values = try samples.scalars().map(Double.init)
    let width = samples.shape[1]
    return (0..<width).map { column in
      let numbers = stride(from: column, to: values.count, by: width).map { values[$0] }
      return (Statistics.mean(numbers), Statistics.standardDeviation(numbers))
    }
  }

  private func trained(_ batches: Int) throws -> Trainer {
    let gan = GAN(latent: .normal(3)) {
      Generator {
        Dense(2)
        BatchNorm()
      }
      Discriminator {
        Dense(8)
        LeakyReLU(0.2)
        Dense(1)
      }
      NonSaturatingLoss()
      SGD(learningRate: 0.1)
      AlternatingUpdates()
      ExponentialMovingAverage(decay: 0.9, statisticsBatches: batches)
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(modes: 8), batchSize: 32, seed: 4)
    try trainer.run(until: 150)
    return trainer
  }

  @Test("Batch norm behind a linear map gives samples whose mean and deviation are its own beta and gamma", arguments: [200, 0])
  func knownAnswer(batches: Int) throws {
    let trainer = try trained(batches)
    var state = trainer.state
    // An average whose map is three times as large, which batch norm with statistics of its own takes away again.
    let path = "generator_ema/params/00_dense/weight"
    state[path] = try (try #require(state[path]) * 3).materialized()
    try trainer.restore(state: state, step: trainer.step, history: trainer.history)
    let beta = try #require(state["generator_ema/params/01_batch_norm/beta"]).scalars()
    let gamma = try #require(state["generator_ema/params/01_batch_norm/gamma"]).scalars()
    for (column, found) in try moments(trainer.sample(40_000)).enumerated() {
      let scale = Double(abs(gamma[column]))
      if batches > 0 {
        #expect(abs(found.mean - Double(beta[column])) < 0.05 * scale, "\(found), beta \(beta)")
        #expect(abs(found.deviation / scale - 1) < 0.05, "\(found), gamma \(gamma)")
      } else {
        // The live generator's statistics leave the factor in.
        #expect(abs(found.deviation / scale - 3) < 0.6, "\(found), gamma \(gamma)")
      }
    }
  }

  @Test("Standing statistics are those of the live weights, whatever training left", arguments: [true, false])
  func standing(isStanding: Bool) throws {
    let gan = GAN(latent: .normal(3)) {
      Generator {
        Dense(2)
        BatchNorm()
      }
      Discriminator {
        Dense(8)
        LeakyReLU(0.2)
        Dense(1)
      }
      NonSaturatingLoss()
      SGD(learningRate: 0.1)
      AlternatingUpdates()
      isStanding ? [StandingStatistics(batches: 200)] : []
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(modes: 8), batchSize: 32, seed: 4)
    try trainer.run(until: 150)
    var state = trainer.state
    let path = "generator/params/00_dense/weight"
    state[path] = try (try #require(state[path]) * 3).materialized()
    try trainer.restore(state: state, step: trainer.step, history: trainer.history)
    let before = trainer.state
    let beta = try #require(state["generator/params/01_batch_norm/beta"]).scalars()
    let gamma = try #require(state["generator/params/01_batch_norm/gamma"]).scalars()
    for (column, found) in try moments(trainer.sample(40_000)).enumerated() {
      let scale = Double(abs(gamma[column]))
      #expect(abs(found.deviation / scale - (isStanding ? 1 : 3)) < (isStanding ? 0.05 : 0.6), "\(found), gamma \(gamma)")
      if isStanding { #expect(abs(found.mean - Double(beta[column])) < 0.05 * scale, "\(found), beta \(beta)") }
    }
    #expect(try before.tensors.map { try $0.scalars() } == trainer.state.tensors.map { try $0.scalars() })
  }

  @Test("Sampling changes nothing, and gives the same samples again, after a resume too")
  func repeatable() throws {
    let trainer = try trained(50)
    let before = trainer.state
    let first = try trainer.sample(300).scalars()
    #expect(try trainer.sample(300).scalars() == first)
    #expect(try trainer.sample(10).scalars() == Array(first.prefix(20)))
    #expect(try before.tensors.map { try $0.scalars() } == trainer.state.tensors.map { try $0.scalars() })
    let resumed = try Trainer(contents: trainer.checkpoint(), registry: .builtIn())
    #expect(try resumed.sample(300).scalars() == first)
    try trainer.run(until: 151)
    #expect(try trainer.sample(300).scalars() != first)
    // The live generator has statistics of its own.
    #expect(try trained(0).sample(20, averaged: false).scalars() == trained(50).sample(20, averaged: false).scalars())
  }

  @Test("On the ring, the average keeps most samples in the modes")
  func ring() throws {
    func quality(_ batches: Int) throws -> Double {
      let gan = GAN(latent: .normal(2)) {
        Generator {
          Dense(64)
          BatchNorm()
          ReLU()
          Dense(64)
          BatchNorm()
          ReLU()
          Dense(2)
        }
        Discriminator {
          Dense(64)
          ReLU()
          Dense(64)
          ReLU()
          Dense(1)
        }
        NonSaturatingLoss()
        Adam(learningRate: 1e-3, beta1: 0.5)
        AlternatingUpdates()
        ExponentialMovingAverage(decay: 0.999, statisticsBatches: batches)
      }
      let data = RingOfGaussians(modes: 8)
      let trainer = try Trainer(gan, data: data, batchSize: 64, seed: 1)
      try trainer.run(until: 2_000)
      let modes = try #require(try data.opened().modes)
      let coverage = try ModeCoverage(
        samples: trainer.sample(2_500).scalars(), centers: modes.centers, standardDeviation: Double(modes.standardDeviation),
        weights: modes.weights)
      return coverage.highQualityFraction
    }
    let (estimated, live) = (try quality(100), try quality(0))
    #expect(estimated > live + 0.15, "\(estimated) in a mode with statistics of its own, \(live) with the live generator's")
  }
}
