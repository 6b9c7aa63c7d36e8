import Rival

/// A composition whose runs are recorded: data, networks, and the parts that it is about.
struct RecordedComposition: Sendable {
  var name: String
  var gan: GAN
  var data: any DataSource
  var batchSize = 24
  var seed: UInt64 = 7

  /// The name as a file's.
  var slug: String { name.replacing(": ", with: "-").replacing(" ", with: "-") }

  func trainer(threads: Int) throws -> Trainer {
    try Trainer(gan, data: data, batchSize: batchSize, seed: seed, threadCount: threads)
  }

  /// Those of which a checkpoint is kept.
  static let saved = ["ring: all heuristics", "images: batch norm", "dirac"]

  static let all: [RecordedComposition] =
    losses + optimizers + updateRules + heuristics + [everything, batchNorm, normalizedImages, imageTricks, dirac]

  private static func plane(_ name: String, _ gan: GAN) -> RecordedComposition {
    RecordedComposition(name: "ring: \(name)", gan: gan, data: RingOfGaussians(modes: 8))
  }

  private static let losses: [RecordedComposition] = [
    plane("minimax", ring(loss: MinimaxLoss())), plane("non-saturating", ring(loss: NonSaturatingLoss())),
    plane("least-squares", ring(loss: LeastSquaresLoss())), plane("wasserstein", ring(loss: WassersteinLoss())),
    plane("hinge", ring(loss: HingeLoss())),
  ]

  private static let optimizers: [RecordedComposition] = [
    plane("sgd", ring(optimizer: SGD(learningRate: 0.05))),
    plane("sgd with momentum", ring(optimizer: SGD(learningRate: 0.02, momentum: 0.5))),
    plane("rmsprop", ring(optimizer: RMSProp(learningRate: 0.001))),
    plane("adam", ring(optimizer: Adam(learningRate: 0.002, beta1: 0.9, beta2: 0.99, epsilon: 1e-6))),
  ]

  private static let updateRules: [RecordedComposition] = [
    plane("three discriminator steps", ring(rule: AlternatingUpdates(discriminatorSteps: 3))),
    plane("simultaneous", ring(rule: SimultaneousUpdates())),
  ]

  private static let heuristics: [RecordedComposition] = [
    plane("label-smoothing", ring([LabelSmoothing(real: 0.9)])),
    plane("instance-noise", ring([InstanceNoise(standardDeviation: 0.2, decaySteps: 150)])),
    plane("feature-matching", ring([FeatureMatching(weight: 0.5)])),
    plane("feature-matching alone", ring([FeatureMatching(weight: 1, replacesLoss: true)])),
    plane("r1-penalty", ring([R1Penalty(gamma: 1)])),
    plane("gradient-penalty", ring([GradientPenalty(weight: 2)], loss: WassersteinLoss())),
    plane("spectral-normalization", ring([SpectralNormalization(iterations: 2, includesGenerator: true)], loss: HingeLoss())),
    plane("exponential-moving-average", ring([ExponentialMovingAverage(decay: 0.95)])),
    plane("weight-clipping", ring([WeightClipping(limit: 0.1)], loss: WassersteinLoss())),
    plane("gradient-clipping", ring([GradientClipping(maximumNorm: 0.2)])),
    plane("rollback", ring([Rollback()])),
  ]

  private static let everything = plane(
    "all heuristics",
    ring([
      LabelSmoothing(real: 0.9), InstanceNoise(standardDeviation: 0.1, decaySteps: 120), FeatureMatching(weight: 0.5), R1Penalty(gamma: 1),
      GradientPenalty(weight: 1), SpectralNormalization(), GradientClipping(maximumNorm: 1), WeightClipping(limit: 0.5),
      ExponentialMovingAverage(decay: 0.9), Rollback(),
    ]))

  private static let batchNorm = RecordedComposition(
    name: "images: batch norm", gan: imageGAN([ExponentialMovingAverage(decay: 0.9)]), data: smallImages(60), batchSize: 12)

  private static let normalizedImages = RecordedComposition(
    name: "images: transposed convolutions",
    gan: GAN(latent: .normal(6)) {
      Generator {
        Dense(2 * 2 * 8)
        Reshape([2, 2, 8])
        ConvTranspose2D(6, kernel: 4, stride: 2)
        LayerNorm()
        ReLU()
        ConvTranspose2D(1, kernel: 4, stride: 2)
        Tanh()
      }
      Discriminator {
        Conv2D(6, kernel: 4, stride: 2)
        SiLU()
        MaxPool(2)
        MinibatchStandardDeviation()
        Flatten()
        MinibatchDiscrimination(kernels: 4, dimensions: 3)
        Dense(1)
      }
      HingeLoss()
      Adam(learningRate: 0.001)
      SimultaneousUpdates()
    }, data: smallImages(60), batchSize: 12)

  private static let imageTricks = RecordedComposition(
    name: "images: penalties",
    gan: GAN(latent: .normal(6)) {
      Generator {
        Dense(4 * 4 * 6)
        Reshape([4, 4, 6])
        GELU()
        Upsample(2)
        Conv2D(1, kernel: 3)
        Tanh()
      }
      Discriminator {
        Conv2D(6, kernel: 3, stride: 2)
        ELU()
        AveragePool(2)
        Conv2D(8, kernel: 3)
        LeakyReLU(0.2)
        GlobalAveragePool()
        Dense(1)
      }
      NonSaturatingLoss()
      RMSProp(learningRate: 0.001).for(.generator)
      Adam(learningRate: 0.001).for(.discriminator)
      AlternatingUpdates(discriminatorSteps: 2)
      [
        LabelSmoothing(real: 0.9), InstanceNoise(standardDeviation: 0.1), FeatureMatching(weight: 0.1), R1Penalty(gamma: 0.5),
        SpectralNormalization(), GradientClipping(maximumNorm: 2), ExponentialMovingAverage(decay: 0.9),
      ]
    }, data: smallImages(60), batchSize: 12)

  private static let dirac = RecordedComposition(
    name: "dirac",
    gan: GAN(latent: .normal(1)) {
      Generator { Position(1, initial: 1) }
      Discriminator { Dense(1, usesBias: false, initializer: .ones) }
      NonSaturatingLoss()
      SGD(learningRate: 0.1)
      SimultaneousUpdates()
      R1Penalty(gamma: 0.3)
    }, data: PointMass(), batchSize: 1)

  private static func ring(
    _ heuristics: [any Heuristic] = [], loss: any Loss = NonSaturatingLoss(), optimizer: any Optimizer = Adam(learningRate: 0.002),
    rule: any UpdateRule = AlternatingUpdates()
  ) -> GAN {
    GAN(latent: .normal(4)) {
      Generator {
        Dense(24)
        ReLU()
        Dense(24)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(24)
        LeakyReLU(0.2)
        Dense(24)
        Tanh()
        Dense(1)
      }
      loss
      optimizer
      rule
      heuristics
    }
  }
}
