import Rival

extension BenchmarkWorkload {
  /// The residual networks of Miyato et al. 2018 (table 4) for 32×32×3: batch 64, latent 128, hinge loss, spectral normalization of the
  /// discriminator, Adam with β₁ 0 and β₂ 0.9.
  ///
  /// The generator goes from 4×4×256 through three blocks that each double the size; the discriminator through four blocks of 128 channels,
  /// the first two of which halve it. The mean of each channel, not its sum, goes into the last layer; one update of each player a round.
  static let sngan32 = BenchmarkWorkload(
    name: "sngan32", batchSize: 64, sampleShape: [32, 32, 3], rounds: 10, warmup: 2,
    composition: {
      GAN(latent: .normal(128)) {
        Generator {
          Dense(4 * 4 * 256)
          Reshape([4, 4, 256])
          for _ in 0..<3 { enlarging }
          BatchNorm()
          ReLU()
          Conv2D(3, kernel: 3)
          Tanh()
        }
        Discriminator {
          first
          judging(halves: true)
          judging(halves: false)
          judging(halves: false)
          ReLU()
          GlobalAveragePool()
          Dense(1)
        }
        HingeLoss()
        SpectralNormalization()
        Adam(learningRate: 2e-4, beta1: 0, beta2: 0.9)
        AlternatingUpdates(discriminatorSteps: 1)
      }
    })

  /// A block of the generator.
  private static var enlarging: Residual {
    Residual {
      BatchNorm()
      ReLU()
      Upsample(2)
      Conv2D(256, kernel: 3)
      BatchNorm()
      ReLU()
      Conv2D(256, kernel: 3)
    } shortcut: {
      Upsample(2)
      Conv2D(256, kernel: 1)
    }
  }

  /// The first block of the discriminator: no ReLU in front of it, and the shortcut pools before it convolves.
  private static var first: Residual {
    Residual {
      Conv2D(128, kernel: 3)
      ReLU()
      Conv2D(128, kernel: 3)
      AveragePool(2)
    } shortcut: {
      AveragePool(2)
      Conv2D(128, kernel: 1)
    }
  }

  private static func judging(halves: Bool) -> Residual {
    Residual {
      ReLU()
      Conv2D(128, kernel: 3)
      ReLU()
      Conv2D(128, kernel: 3)
      if halves { AveragePool(2) }
    } shortcut: {
      if halves {
        Conv2D(128, kernel: 1)
        AveragePool(2)
      }
    }
  }
}
