import Rival

extension ExperimentProtocol {
  /// The rare modes of the leverage-score experiments: four of eight Gaussians have a twentieth of the weight of the others.
  static let unbalancedRing = unbalanced(
    "unbalanced-ring", "Eight Gaussians on a circle, four of them rare.",
    data: RingOfGaussians(
      modes: 8, radius: 2.5, standardDeviation: 0.05, weights: [1, 0.05, 0.05, 0.05, 0.05, 1, 1, 1]),
    findings: [("GAN", 5.0, 1.1, 0.92, 0.02), ("PacGAN2", 5.4, 1.4, 0.92, 0.03), ("BuresGAN", 5.8, 1.4, 0.76, 0.27)])

  /// The same for twenty-five Gaussians on a grid, ten of them rare.
  static let unbalancedGrid = unbalanced(
    "unbalanced-grid", "Twenty-five Gaussians on a grid, ten of them rare.",
    data: GridOfGaussians(
      side: 5, spacing: 2, standardDeviation: 0.05, weights: Array(repeating: 0.05, count: 10) + Array(repeating: 1, count: 15)),
    findings: [])

  /// - Parameter findings: for each variant the modes and the share within three standard deviations, each with its deviation.
  private static func unbalanced(
    _ name: String, _ summary: String, data: any DataSource, findings: [(String, Double, Double, Double, Double)]
  ) -> ExperimentProtocol {
    let variants = ["baseline", "packing", "bures-diversity"]
    return ExperimentProtocol(
      problem: Problem(
        name: name, summary: summary, batchSize: 64, rounds: 30_000,
        variants: "baseline,packing,bures-diversity,r1-penalty:gamma=1,exponential-moving-average",
        plan: EvaluationPlan([KnownModeCoverage()], primary: ["modes-by-rate", "quality"], sampleCount: 10_000, evaluationCount: 1),
        data: { data },
        composition: {
          GAN(latent: .normal(25)) {
            Generator {
              Dense(128)
              Tanh()
              Dense(128)
              Tanh()
              Dense(2)
            }
            Discriminator {
              Dense(128)
              Tanh()
              Dense(128)
              Tanh()
              Dense(1)
            }
            NonSaturatingLoss()
            Adam(learningRate: 1e-3, beta1: 0.5)
            AlternatingUpdates()
          }
        }),
      source: "Schreurs et al. 2022, Leverage score sampling for complete mode coverage in GANs, table 1 and supplement, table 6",
      seeds: 10,
      spread: "standard deviation",
      findings: zip(variants, findings).map { variant, found in
        Finding(variant, found.0, [("modes-by-rate", found.1, found.2), ("quality", found.3, found.4)])
      },
      deviations: [
        "the text of the paper has a latent vector of 100 numbers, its table 25; the table counts",
        "R1 and averaged weights are not in the paper; they are added",
      ])
  }

  /// PacGAN's ring, with a twentieth of its rounds.
  static let pacGANRing = pacGAN(
    "pacgan-ring", "Eight Gaussians on the unit circle; networks of three and four hidden layers.",
    data: RingOfGaussians(modes: 8, radius: 1, standardDeviation: 0.01),
    findings: [(6.3, 0.5, 0.982, 0.002, 0.45, 0.09), (7.9, 0.1, 0.956, 0.020, 0.07, 0.03)])

  /// PacGAN's grid, with a twentieth of its rounds.
  static let pacGANGrid = pacGAN(
    "pacgan-grid", "Twenty-five Gaussians on a grid; networks of three and four hidden layers.",
    data: GridOfGaussians(side: 5, spacing: 2, standardDeviation: 0.05),
    findings: [(17.3, 0.8, 0.948, 0.007, 0.70, 0.07), (23.8, 0.7, 0.913, 0.008, 0.13, 0.04)])

  private static func pacGAN(
    _ name: String, _ summary: String, data: any DataSource, findings: [(Double, Double, Double, Double, Double, Double)]
  ) -> ExperimentProtocol {
    let normal = Initializer.normal(standardDeviation: 0.02)
    return ExperimentProtocol(
      problem: Problem(
        name: name, summary: summary, batchSize: 100, rounds: 20_000, variants: "baseline,packing",
        plan: EvaluationPlan(
          [KnownModeCoverage()], primary: ["covered-modes", "quality", "reverse-kl"], sampleCount: 2_500, evaluationCount: 1),
        data: { data },
        composition: {
          GAN(latent: .normal(2)) {
            Generator {
              for _ in 0..<4 {
                Dense(400, usesBias: false, initializer: normal)
                BatchNorm(momentum: 0.95)
                ReLU()
              }
              Dense(2, initializer: normal)
            }
            Discriminator {
              for _ in 0..<3 { Maxout(200, pieces: 5, initializer: normal) }
              Dense(1, initializer: normal)
            }
            NonSaturatingLoss()
            Adam(learningRate: 1e-4, beta1: 0.8)
            AlternatingUpdates()
          }
        }),
      source: "Lin et al. 2018, PacGAN, table 1, and its code", seeds: 10, spread: "standard error",
      findings: zip([("baseline", "GAN"), ("packing", "PacGAN2")], findings).map { variant, found in
        Finding(
          variant.0, variant.1,
          [("covered-modes", found.0, found.1), ("quality", found.2, found.3), ("reverse-kl", found.4, found.5)])
      },
      deviations: [
        "20,000 rounds for the paper's 400,000: another experiment, whose numbers need not be the paper's; --until 400000 plays all",
        "fresh points in each batch for the paper's 100,000 fixed ones",
      ])
  }

  /// The ring of unrolled GANs, in the setting of the independent implementation.
  static let unrolledRing = ExperimentProtocol(
    problem: Problem(
      name: "unrolled-ring", summary: "Eight Gaussians on a circle; a discriminator that learns ten times slower.", batchSize: 512,
      rounds: 3_000,
      variants: "baseline,unrolled",
      plan: EvaluationPlan([KnownModeCoverage()], primary: ["covered-modes", "quality"], sampleCount: 2_500, evaluationCount: 1),
      data: { RingOfGaussians(modes: 8, radius: 2, standardDeviation: 0.02) },
      composition: {
        GAN(latent: .normal(256)) {
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
          NonSaturatingLoss()
          Adam(learningRate: 1e-3, beta1: 0.5).for(.generator)
          Adam(learningRate: 1e-4, beta1: 0.5).for(.discriminator)
          AlternatingUpdates()
        }
      }),
    source: "Metz et al. 2017, Unrolled GANs, section 3.3; values as in Srivastava et al. 2017, VEEGAN, table 1", seeds: 5,
    spread: "not given",
    findings: [
      Finding("baseline", "GAN", [("covered-modes", 1, nil), ("quality", 0.993, nil)]),
      Finding("unrolled", "Unrolled GAN", [("covered-modes", 7.6, nil), ("quality", 0.356, nil)]),
    ],
    deviations: [
      "networks and rates of the published reimplementation, with 3,000 rounds for the demonstration's 25,000",
      "five steps are unrolled; the reimplementation unrolls ten",
    ])
}
