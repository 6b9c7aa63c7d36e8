import Rival
import RivalCommand

extension Problem {
  /// Five Gaussians on a circle, judged by their modes and by the mean of all samples: a problem for `train`, `compare` and `bench`.
  public static let pentagon = Problem(
    name: "pentagon", summary: "Five Gaussians on a circle; one hidden layer of 64.", batchSize: 64, rounds: 2_000,
    variants: "baseline,paired,past-averaging",
    plan: EvaluationPlan([KnownModeCoverage(), MeanOffset()], primary: ["reverse-kl", "mean-offset"]),
    data: { RingOfGaussians(modes: 5) },
    composition: {
      GAN(latent: .normal(8)) {
        Generator {
          Dense(64)
          ReLU()
          Dense(2)
        }
        Discriminator {
          Dense(64)
          LeakyReLU(0.2)
          Dense(1)
        }
        NonSaturatingLoss()
        Adam(learningRate: 1e-3, beta1: 0.5)
        AlternatingUpdates()
      }
    })
}
