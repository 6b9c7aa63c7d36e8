import Rival

extension Problem {
  /// Handwritten digits made to order: the generator sees the digit beside its latent vector, the discriminator by a projection.
  public static let conditionalMNIST = Problem(
    name: "conditional-mnist", summary: "MNIST's images with their labels; a DCGAN that makes the digit it is told.", batchSize: 64,
    rounds: 600,
    variants: Variant.baselineLabel, dataInFolder: { IDXImages(folder: $0, heldOutFraction: 0.2) }, composition: { conditionalDCGAN() })

  /// The baseline of ``mnist`` with a condition: Mirza and Osindero 2014 in the generator, Miyato and Koyama 2018 in the discriminator.
  private static func conditionalDCGAN() -> GAN {
    GAN(latent: .normal(64)) {
      Generator {
        ConcatenatedCondition("label")
        Dense(7 * 7 * 128, usesBias: false)
        Reshape([7, 7, 128])
        BatchNorm()
        ReLU()
        ConvTranspose2D(64, kernel: 4, stride: 2, usesBias: false)
        BatchNorm()
        ReLU()
        ConvTranspose2D(1, kernel: 4, stride: 2)
        Tanh()
      }
      Discriminator {
        Conv2D(64, kernel: 4, stride: 2)
        LeakyReLU(0.2)
        Conv2D(128, kernel: 4, stride: 2)
        LeakyReLU(0.2)
        Flatten()
        ProjectionHead("label")
      }
      NonSaturatingLoss()
      Adam(learningRate: 2e-4, beta1: 0.5)
      AlternatingUpdates(discriminatorSteps: 1)
    }
  }
}
