import Rival

/// A small GAN for mixtures in the plane, with the diagnostics that its diagnosis needs.
struct PlantedRing: Sendable {
  var data: any DataSource = RingOfGaussians()
  var generatorRate = 1e-3
  var discriminatorRate = 1e-3
  var beta1 = 0.5
  var beta2 = 0.999
  var latent = 2
  var width = 64
  var loss: any Loss = NonSaturatingLoss()
  var rule: any UpdateRule = AlternatingUpdates()
  var heuristics: [any Heuristic] = []
  var batchSize = 128
  var rounds = 4_000

  var gan: GAN {
    var gan = GAN(latent: .normal(latent)) {
      Generator {
        Dense(width)
        ReLU()
        Dense(width)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(width)
        ReLU()
        Dense(width)
        ReLU()
        Dense(1)
      }
      Adam(learningRate: generatorRate, beta1: beta1, beta2: beta2).for(.generator)
      Adam(learningRate: discriminatorRate, beta1: beta1, beta2: beta2).for(.discriminator)
    }
    gan.loss = loss
    gan.updateRule = rule
    gan.heuristics = heuristics
    return gan
  }

  /// All diagnostics that rules read, the cheap ones at forty or more places of the run.
  var diagnostics: [any Diagnostic] {
    [
      DiscriminatorOutputs(every: max(1, rounds / 40)), ParameterProjections(every: max(1, rounds / 160)),
      KnownModeShares(every: max(1, rounds / 40)), SampleDistance(every: max(1, rounds / 40)),
      SampleCoverage(every: max(1, rounds / 2)), IndependentAdversary(every: max(1, rounds / 2)),
    ]
  }

  /// The trained run.
  func trained(seed: UInt64) throws -> Trainer {
    try trained(gan, seed: seed)
  }

  func trained(_ gan: GAN, seed: UInt64) throws -> Trainer {
    let trainer = try Trainer(gan, data: data, batchSize: batchSize, seed: seed, threadCount: 1)
    trainer.diagnostics = diagnostics
    try trainer.run(until: rounds)
    return trainer
  }
}
