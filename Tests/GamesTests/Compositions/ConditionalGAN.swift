import Rival

/// A conditional GAN by concatenation: both networks see the label beside their input (Mirza and Osindero 2014).
enum ConditionalGAN {
  static let composition = GAN(latent: .normal(4)) {
    Generator {
      ConcatenatedCondition("label")
      Dense(32)
      ReLU()
      Dense(2)
    }
    Discriminator {
      ConcatenatedCondition("label")
      Dense(32)
      LeakyReLU(0.2)
      Dense(1)
    }
    NonSaturatingLoss()
    Adam(learningRate: 1e-3)
    AlternatingUpdates()
  }
}
