import Rival

extension PlantedPathology {
  /// The Dirac-GAN with plain simultaneous steps, from a start that depends on the seed.
  static func dirac(_ loss: any Loss, learningRate: Double, seed: UInt64, rounds: Int) throws -> Trainer {
    let start = draw("start", in: 0.3...1.5, seed: seed)
    let gan = GAN(latent: .normal(1)) {
      Generator { Position(1, initial: start) }
      Discriminator { Dense(1, usesBias: false, initializer: .constant(draw("slope", in: -1...1, seed: seed))) }
      loss
      SGD(learningRate: learningRate)
      SimultaneousUpdates()
    }
    let trainer = try Trainer(gan, data: PointMass(), batchSize: 1, seed: seed, threadCount: 1)
    trainer.diagnostics = [
      ParameterProjections(every: 5), DiscriminatorOutputs(every: 100, samples: 16), SampleDistance(every: 250, samples: 64),
    ]
    try trainer.run(until: rounds)
    return trainer
  }

  /// The same game in the plane, with batches of 32 and twice the weights.
  static func plane(seed: UInt64) throws -> Trainer {
    let gan = GAN(latent: .normal(1)) {
      Generator { Position(2, initial: draw("start", in: 0.3...1, seed: seed)) }
      Discriminator { Dense(1, usesBias: false, initializer: .constant(draw("slope", in: -1...1, seed: seed))) }
      NonSaturatingLoss()
      SGD(learningRate: draw("rate", in: 0.05...0.2, seed: seed))
      SimultaneousUpdates()
    }
    let trainer = try Trainer(gan, data: PointMass(location: [0, 0]), batchSize: 32, seed: seed, threadCount: 1)
    trainer.diagnostics = [
      ParameterProjections(every: 5), DiscriminatorOutputs(every: 100, samples: 16), SampleDistance(every: 250, samples: 64),
    ]
    try trainer.run(until: 3_000)
    return trainer
  }

  /// A critic without a bound against a generator of the ring: the turning grows. The run is stopped long before a number overflows.
  static func unbounded(seed: UInt64) throws -> Trainer {
    let rate = draw("rate", in: 0.02...0.03, seed: seed)
    var ring = PlantedRing(loss: WassersteinLoss(), rule: SimultaneousUpdates(), rounds: 4_000)
    ring.batchSize = 64
    var gan = ring.gan
    gan.discriminator = Sequential { Dense(1) }
    gan.optimizers = [SGD(learningRate: rate).for(.generator), SGD(learningRate: rate).for(.discriminator)]
    let trainer = try Trainer(gan, data: ring.data, batchSize: ring.batchSize, seed: seed, threadCount: 1)
    trainer.diagnostics = [ParameterProjections(every: 5), DiscriminatorOutputs(every: 25), KnownModeShares(every: 25)]
    try trainer.run(until: ring.rounds) { trainer in abs(trainer.history["discriminator.loss"]?.last ?? 0) < 1e4 }
    return trainer
  }

  /// Rotation that lasts, and rotation that grows.
  static let dynamics: [PlantedPathology] = [
    PlantedPathology("cycling (Dirac)", .cycling) { seed in
      try dirac(NonSaturatingLoss(), learningRate: draw("rate", in: 0.05...0.2, seed: seed), seed: seed, rounds: 3_000)
    },
    PlantedPathology("cycling (plane)", .cycling) { seed in try plane(seed: seed) },
    PlantedPathology("diverging (Dirac)", .diverging) { seed in
      try dirac(WassersteinLoss(), learningRate: draw("rate", in: 0.05...0.2, seed: seed), seed: seed, rounds: 1_500)
    },
    PlantedPathology("diverging (ring)", .diverging) { seed in try unbounded(seed: seed) },
  ]
}
