import Rival

extension BenchmarkWorkload {
  /// A DCGAN for 32×32×3 with 64 base channels: batch 64, latent 100.
  ///
  /// The generator goes up by transposed convolutions 256 (4×4, valid) → 128 → 64 → 3 (stride 2, same) with batch norm and ReLU
  /// between and tanh at the end; only the last has a bias. The discriminator goes down by convolutions 64 → 128 → 256 (4×4, stride
  /// 2, same) → 1 (4×4, valid) with LeakyReLU 0.2, batch norm on the second and third, and a bias on the first and last.
  static let dcgan32 = dcgan("dcgan32", side: 32, widths: [64, 128, 256])

  /// The same for 64×64×3, with one more convolution of 512 channels in each network.
  static let dcgan64 = dcgan("dcgan64", side: 64, widths: [64, 128, 256, 512])

  /// ``dcgan32`` with the R1 penalty (γ 10) in every round. No batch norm in the discriminator, where the gradient of one sample would have no
  /// meaning; its convolutions have a bias instead.
  static let dcgan32R1 = dcgan("dcgan32-r1", side: 32, widths: [64, 128, 256], penalty: R1Penalty(gamma: 10))

  /// - Parameter widths: the channels of the discriminator; the generator has them in the opposite order.
  private static func dcgan(_ name: String, side: Int, widths: [Int], penalty: R1Penalty? = nil) -> BenchmarkWorkload {
    BenchmarkWorkload(
      name: name, batchSize: 64, sampleShape: [side, side, 3], rounds: 20, warmup: 3,
      composition: {
        GAN(latent: .normal(100)) {
          Generator {
            Reshape([1, 1, 100])
            for (index, width) in widths.reversed().enumerated() {
              ConvTranspose2D(width, kernel: 4, stride: index == 0 ? 1 : 2, padding: index == 0 ? .valid : .same, usesBias: false)
              BatchNorm()
              ReLU()
            }
            ConvTranspose2D(3, kernel: 4, stride: 2)
            Tanh()
          }
          Discriminator {
            for (index, width) in widths.enumerated() {
              let isNormalized = index > 0 && penalty == nil
              Conv2D(width, kernel: 4, stride: 2, usesBias: !isNormalized)
              if isNormalized { BatchNorm() }
              LeakyReLU(0.2)
            }
            Conv2D(1, kernel: 4, stride: 1, padding: .valid)
            Flatten()
          }
          NonSaturatingLoss()
          penalty
          Adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999)
          AlternatingUpdates(discriminatorSteps: 1)
        }
      })
  }
}
