import Adversarial
import Rival
import RivalTesting
import Testing

/// The gradient of each player's loss with a heuristic, against central differences in float64; and large logits.
@Suite("Derivatives of heuristics")
struct HeuristicDerivativeTests {
  /// Those whose gradient is that of the loss: not what rests on constants of the derivative, such as a running mean of this batch.
  static let heuristics: [any Heuristic] = [
    R2Penalty(gamma: 1), ZeroCenteredPenalty(weight: 2), DRAGANPenalty(weight: 2), DRAGANPenalty(weight: 2, neighbors: .uniform),
    MaximumGradientPenalty(weight: 2), JensenShannonRegularizer(gamma: 1), ConsistencyRegularization(weight: 2, fakeWeight: 1, noise: 0.3),
    LatentConsistency(discriminatorWeight: 2, noise: 0.3), OrthogonalRegularization(weight: 0.1, appliesToDiscriminator: true),
    OrthogonalRegularization(weight: 0.1, form: .full, appliesToDiscriminator: true),
    JacobianClamping(weight: 1, smallest: 0.5, largest: 0.6),
    ModeSeeking(weight: 0.3), BuresDiversity(weight: 2, iterations: 60), GradientNormalization(), HistoricalAveraging(weight: 0.5),
    WeightNormalization(), EqualizedLearningRate(), LatentOptimization(rate: 0.9, damping: 0.5, penalty: 0.2),
    LatentOptimization(rate: 0.1, isNatural: false), NoisyLabels(), LabelFlipping(realProbability: 0.3, fakeProbability: 0.3),
    Packing(size: 2),
  ]

  private func smoothGAN(_ heuristics: [any Heuristic]) -> GAN {
    GAN(latent: .normal(3)) {
      Generator {
        Dense(5)
        Tanh()
        Dense(2)
      }
      Discriminator {
        Dense(6)
        Tanh()
        Dense(4)
        Softplus()
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 0.02)
      AlternatingUpdates()
      heuristics
    }
  }

  private func smoothImageGAN(_ heuristics: [any Heuristic]) -> GAN {
    var gan = colorGAN(heuristics)
    gan.discriminator = Sequential {
      Conv2D(2, kernel: 3)
      Tanh()
      Flatten()
      Dense(1)
    }
    gan.generator = Sequential {
      Dense(72)
      Reshape([6, 4, 3])
      Tanh()
    }
    return gan
  }

  /// How far each player's gradient is from the central differences of its loss, three rounds after the start.
  private func errors(_ gan: GAN, _ data: any DataSource) throws -> [Player: Double] {
    let trainer = try Trainer(gan, data: data, batchSize: 4, seed: 5)
    try trainer.run(until: 3)
    let state = trainer.state.mapped { $1.dtype == .float32 ? $1.converted(to: .float64) : $1 }
    let batch = trainer.samples.batch(of: 4, index: 3, key: trainer.dataKey).batch.mapped {
      $0.tensor.dtype == .float32 ? $0.tensor.converted(to: .float64) : $0.tensor
    }
    var errors: [Player: Double] = [:]
    for player in trainer.game.players {
      let own = trainer.game.parameters(of: player, in: state)
      errors[player] = try FiniteDifferences.relativeError(at: own.tensors.map { try $0.materialized() }) { tensors in
        var moved = state
        moved.merge(own.replacing(tensors))
        let round = Round(
          game: trainer.game, state: moved, step: Tensor(int32: [3], shape: []), batches: [batch], batchSize: 4, seed: 5, isTraining: true)
        return try round.loss(of: player)
      }.error
    }
    return errors
  }

  @Test("Points", arguments: Array(heuristics.indices))
  func points(index: Int) throws {
    for (player, error) in try errors(smoothGAN([Self.heuristics[index]]), RingOfGaussians(modes: 8)) {
      // The discriminator takes the moved latent vectors as they are, though they were moved by it.
      if Self.heuristics[index] is LatentOptimization, player == .discriminator { continue }
      #expect(error < 2e-6, "\(Self.heuristics[index].name), \(player): \(error)")
    }
  }

  static let imageHeuristics: [[any Heuristic]] = [
    [DifferentiableAugmentation()], [ProgressiveResolution(levels: 1, phase: 8)],
    [AdaptiveAugmentation(target: -0.9, interval: 1, rampImages: 8)],
    [ConsistencyRegularization(weight: 2, fakeWeight: 1, shift: 1)], [DifferentiableAugmentation(), R1Penalty(gamma: 1)],
    [Packing(), R2Penalty(gamma: 1)],
  ]

  @Test("Images", arguments: Array(imageHeuristics.indices))
  func images(index: Int) throws {
    for (player, error) in try errors(smoothImageGAN(Self.imageHeuristics[index]), colorImages()) {
      #expect(error < 2e-6, "\(Self.imageHeuristics[index].map(\.name)), \(player): \(error)")
    }
  }

  @Test("Logits of ±100", arguments: Array(ConformanceTests.heuristics.indices), [-100, 100])
  func largeLogits(index: Int, logit: Int) throws {
    let trainer = try Trainer(ringGAN([ConformanceTests.heuristics[index]]), data: RingOfGaussians(modes: 8), batchSize: 16, seed: 3)
    let path = "discriminator/params/04_dense/bias"
    try trainer.restore(state: trainer.state.mapped { $0 == path ? Tensor([Float(logit)], shape: [1]) : $1 }, step: 0, history: History())
    try trainer.run(until: 2)
    #expect(trainer.failure == nil)
    #expect(try trainer.firstNonFinitePath() == nil)
  }
}
