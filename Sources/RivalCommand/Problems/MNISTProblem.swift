import Rival

extension Problem {
  /// Handwritten digits, or anything in their format.
  public static let mnist = Problem(
    name: "mnist", summary: "Grey images of 28×28 in MNIST's files; a DCGAN with 64 and 128 channels.", batchSize: 64,
    dataInFolder: { IDXImages(folder: $0, heldOutFraction: 0.1) }, composition: { digitBaseline() })

  /// A small DCGAN: transposed convolutions up from 7×7, strided convolutions down to it.
  ///
  /// Radford et al. 2016, section 3, without batch norm on the generator's output and the discriminator's input.
  private static func digitBaseline() -> GAN {
    GAN(latent: .normal(64)) {
      Generator {
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
        Conv2D(128, kernel: 4, stride: 2, usesBias: false)
        BatchNorm()
        LeakyReLU(0.2)
        Flatten()
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 2e-4, beta1: 0.5)
      AlternatingUpdates(discriminatorSteps: 1)
    }
  }
}
