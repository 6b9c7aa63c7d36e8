import Rival

extension PlantedPathology {
  /// Discriminators that say nothing, everything, or only what they have by heart.
  static let discriminators: [PlantedPathology] = [
    PlantedPathology("dead discriminator", .discriminatorDead) { seed in
      let ring = PlantedRing(rounds: 1_500)
      var gan = ring.gan
      // Zero weights before a rectifier: every unit is 0 for every sample, and so is every gradient.
      gan.discriminator = Sequential {
        Dense(64, initializer: .constant(0))
        ReLU()
        Dense(1)
      }
      return try ring.trained(gan, seed: seed)
    },
    PlantedPathology("overpowered discriminator", .discriminatorOverpowered) { seed in
      try PlantedRing(generatorRate: 1e-6, loss: MinimaxLoss(), rounds: 2_000).trained(seed: seed)
    },
    PlantedPathology("overfitting discriminator", .discriminatorOverfit) { seed in
      try PlantedRing(
        data: RingOfGaussians(standardDeviation: 0.3, points: 64), generatorRate: 1e-4, width: 128, rounds: 3_000
      ).trained(seed: seed)
    },
  ]
}
