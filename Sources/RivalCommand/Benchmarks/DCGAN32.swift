import Rival

extension BenchmarkWorkload {
  /// A DCGAN for 32×32×3 with 64 base channels: batch 64, latent 100.
  ///
  /// The generator goes up by transposed convolutions 256 (4×4, valid) → 128 → 64 → 3 (stride 2, same) with batch norm and ReLU
  /// between and tanh at the end; only the last has a bias. The discriminator goes down by convolutions 64 → 128 → 256 (4×4, stride
  /// 2, same) → 1 (4×4, valid) with LeakyReLU 0.2, batch norm on the second and third, and a bias on the first and last.
  static let dcgan32 = BenchmarkWorkload(
    name: "dcgan32", batchSize: 64, sampleShape: [32, 32, 3], rounds: 20, warmup: 3,
    composition: {
      GAN(latent: .normal(100)) {
        Generator {
          Reshape([1, 1, 100])
          ConvTranspose2D(256, kernel: 4, stride: 1, padding: .valid, usesBias: false)
          BatchNorm()
          ReLU()
          ConvTranspose2D(128, kernel: 4, stride: 2, usesBias: false)
          BatchNorm()
          ReLU()
          ConvTranspose2D(64, kernel: 4, stride: 2, usesBias: false)
          BatchNorm()
          ReLU()
          ConvTranspose2D(3, kernel: 4, stride: 2)
          Tanh()
        }
        Discriminator {
          Conv2D(64, kernel: 4, stride: 2)
          LeakyReLU(0.2)
          Conv2D(128, kernel: 4, stride: 2, usesBias: false)
          BatchNorm()
          LeakyReLU(0.2)
          Conv2D(256, kernel: 4, stride: 2, usesBias: false)
          BatchNorm()
          LeakyReLU(0.2)
          Conv2D(1, kernel: 4, stride: 1, padding: .valid)
          Flatten()
        }
        NonSaturatingLoss()
        Adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999)
        AlternatingUpdates(discriminatorSteps: 1)
      }
    })
}
