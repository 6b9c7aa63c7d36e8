import Rival

/// A projection discriminator against a generator with conditional batch norm (Miyato and Koyama 2018).
enum ProjectionDiscriminator {
  static let composition = GAN(latent: .normal(4)) {
    Generator {
      Dense(32)
      ConditionalBatchNorm("label")
      ReLU()
      Dense(2)
    }
    Discriminator {
      Dense(32)
      LeakyReLU(0.2)
      ProjectionHead("label")
    }
    HingeLoss()
    Adam(learningRate: 1e-3)
    AlternatingUpdates(discriminatorSteps: 2)
    SpectralNormalization()
  }
}
