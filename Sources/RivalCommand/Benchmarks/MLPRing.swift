import Rival

extension BenchmarkWorkload {
  /// Two multilayer perceptrons for points in the plane: batch 256, latent 2, both players 128-128-out with ReLU.
  static let mlpRing = BenchmarkWorkload(
    name: "mlp-ring", batchSize: 256, sampleShape: [2], rounds: 500, warmup: 50, composition: { perceptrons(NonSaturatingLoss()) })

  /// The same networks as a WGAN-GP: the difference of the critic's means, and the gradient penalty (λ 10) between the samples.
  static let mlpRingGradientPenalty = BenchmarkWorkload(
    name: "mlp-ring-wgan-gp", batchSize: 256, sampleShape: [2], rounds: 500, warmup: 50,
    composition: { perceptrons(WassersteinLoss(), penalty: GradientPenalty(weight: 10)) })

  private static func perceptrons(_ loss: any Loss, penalty: GradientPenalty? = nil) -> GAN {
    GAN(latent: .normal(2)) {
      Generator {
        Dense(128)
        ReLU()
        Dense(128)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(128)
        ReLU()
        Dense(128)
        ReLU()
        Dense(1)
      }
      loss
      penalty
      Adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999)
      AlternatingUpdates(discriminatorSteps: 1)
    }
  }
}
