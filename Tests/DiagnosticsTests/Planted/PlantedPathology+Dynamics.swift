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

  /// Rotation that lasts, and rotation that grows.
  static let dynamics: [PlantedPathology] = [
    PlantedPathology("cycling (Dirac)", .cycling) { seed in
      try dirac(NonSaturatingLoss(), learningRate: draw("rate", in: 0.05...0.2, seed: seed), seed: seed, rounds: 3_000)
    },
    PlantedPathology("diverging (Dirac)", .diverging) { seed in
      try dirac(WassersteinLoss(), learningRate: draw("rate", in: 0.05...0.2, seed: seed), seed: seed, rounds: 1_500)
    },
  ]
}
