import Rival

extension PlantedPathology {
  /// A generator whose samples are one point at first and that learns slowly against a fast discriminator: it stays where it arrives.
  static func collapsed(weights: [Double] = [], seed: UInt64) throws -> Trainer {
    let ring = PlantedRing(data: RingOfGaussians(weights: weights), generatorRate: 1e-4, rounds: 3_000)
    var gan = ring.gan
    gan.generator = Sequential {
      Dense(64)
      ReLU()
      Dense(64)
      ReLU()
      Dense(2, initializer: .constant(0))
    }
    return try ring.trained(gan, seed: seed)
  }

  /// A generator that makes a part of the distribution.
  static let modes: [PlantedPathology] = [
    PlantedPathology("collapse (ring)", .modeCollapse) { seed in try collapsed(seed: seed) },
    PlantedPathology("collapse (unbalanced ring)", .modeCollapse) { seed in
      try collapsed(weights: [8, 4, 2, 2, 1, 1, 1, 1], seed: seed)
    },
    // The rates at which the plain GAN runs from mode to mode (Metz et al. 2017, section 3.1).
    PlantedPathology("hopping (ring)", .modeHopping) { seed in
      try PlantedRing(discriminatorRate: 1e-4, rounds: 3_000).trained(seed: seed)
    },
  ]
}
