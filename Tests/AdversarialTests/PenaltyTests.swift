import Adversarial
import Rival
import RivalTesting
import Testing

/// A discriminator by itself: what penalties are terms of.
private struct LoneDiscriminator: Game {
  let discriminator: Network
  var networks: [Network] { [discriminator] }
  var players: [Player] { [.discriminator] }
  var heuristics: [any Heuristic] { [] }
  func initialState() throws -> Parameters { discriminator.parameters.prefixed("discriminator/params/") }
  func loss(of player: Player, in round: Round) throws -> Tensor { throw NetworkError("there is no loss") }
  func optimizer(for player: Player) throws -> any Optimizer { SGD() }
}

/// The gradient of a gradient penalty by the weights, against central differences in float64.
@Suite("Gradient penalties")
struct PenaltyTests {
  static let heuristics: [any Heuristic] = [
    R1Penalty(gamma: 3), GradientPenalty(weight: 2), GradientPenalty(weight: 2, target: 0.1, isOneSided: true), R2Penalty(gamma: 3),
    ZeroCenteredPenalty(weight: 2), MaximumGradientPenalty(weight: 2), DRAGANPenalty(weight: 2), JensenShannonRegularizer(gamma: 3),
  ]

  static let dense: [(String, [any Layer])] = [
    ("tanh", [Dense(5), Tanh(), Dense(4), Tanh(), Dense(1)]),
    ("softplus", [Dense(5), Softplus(), Dense(4), Softplus(), Dense(1)]),
    ("leaky relu", [Dense(5), LeakyReLU(0.2), Dense(4), LeakyReLU(0.2), Dense(1)]),
    ("gelu and layer norm", [Dense(5), LayerNorm(), GELU(), Dense(1)]),
  ]
  static let convolutional: [(String, [any Layer])] = [
    (
      "tanh",
      [
        Conv2D(3, kernel: 3, stride: 2), BatchNorm(), Tanh(), Conv2D(2, kernel: 3), BatchNorm(), Tanh(), Flatten(),
        Dense(1),
      ]
    ),
    ("leaky relu", [Conv2D(3, kernel: 3, stride: 2), BatchNorm(), LeakyReLU(0.2), Flatten(), Dense(1)]),
  ]

  private func error(_ heuristic: any Heuristic, _ layers: [any Layer], _ shape: Shape, isTraining: Bool) throws
    -> Double
  {
    let network = try Network(
      name: "discriminator", layers: Sequential(layers.map { PlacedLayer($0) }), inputShape: shape, key: Key(seed: 21))
    let game = LoneDiscriminator(discriminator: network)
    func noise(_ shape: Shape, _ name: String) throws -> Tensor {
      try randomNormal(shape, key: Key(seed: 22).derived(name), dtype: .float64).materialized()
    }
    let batch = Shape([4] + shape.dimensions)
    let real = try noise(batch, "real")
    let fake = try noise(batch, "fake")
    let weights = try network.parameters.mapped {
      try ($1.converted(to: .float64) + 0.1 * noise($1.shape, $0)).materialized()
    }
    let buffers = try network.state.mapped { path, tensor in
      try (tensor.converted(to: .float64) + 0.2 * abs(noise(tensor.shape, path))).materialized()
    }
    let logits = Logits(.zeros([4, 1], dtype: .float64))
    let evaluation = DiscriminatorEvaluation(
      real: Images(real), fake: Images(fake), realLogits: logits, fakeLogits: logits, realTaps: [], fakeTaps: [],
      targets: Targets(real: logits.tensor, fake: logits.tensor))
    func term(_ tensors: [Tensor]) throws -> Tensor {
      var state = weights.replacing(tensors).prefixed("discriminator/params/")
      state.merge(buffers.prefixed("discriminator/buffers/"))
      let round = Round(
        game: game, state: state, step: Tensor(int32: [0], shape: []), batches: [[Batch.Entry(Field("samples", shape: []), real)]],
        batchSize: 4, seed: 1,
        isTraining: isTraining)
      return try #require(try heuristic.discriminatorTerm(evaluation, in: round))
    }
    #expect(try term(weights.tensors).item() > 0.001)
    return try FiniteDifferences.relativeError(at: weights.tensors, of: term).error
  }

  @Test("Through dense layers", arguments: Array(heuristics.indices), Array(dense.indices))
  func throughDense(heuristic: Int, layers: Int) throws {
    let error = try error(Self.heuristics[heuristic], Self.dense[layers].1, [3], isTraining: true)
    #expect(error < 1e-6, "\(Self.heuristics[heuristic].name), \(Self.dense[layers].0): \(error)")
  }

  @Test(
    "Through convolutions and batch norm, in use and in training", arguments: Array(heuristics.indices), [true, false])
  func throughConvolutions(heuristic: Int, isTraining: Bool) throws {
    for (name, layers) in Self.convolutional {
      let error = try error(Self.heuristics[heuristic], layers, [5, 4, 2], isTraining: isTraining)
      #expect(error < 1e-6, "\(Self.heuristics[heuristic].name), \(name): \(error)")
    }
  }

  @Test("Known values for a linear critic: slope 5, so γ/2 · 25 and λ · (5 − 1)²")
  func knownValues() throws {
    func penalty(_ heuristic: any Heuristic) throws -> (Double, [Double]) {
      var gan = GAN(latent: .normal(1)) {
        Generator { Position(2, initial: 0) }
        Discriminator { Dense(1, usesBias: false) }
        WassersteinLoss()
        SGD(learningRate: 0.01)
        SimultaneousUpdates()
      }
      gan.heuristics = [heuristic]
      let trainer = try Trainer(gan, data: PointMass(location: [0, 0]), batchSize: 3)
      let state = trainer.state.mapped { path, tensor in
        path == "discriminator/params/00_dense/weight" ? Tensor([3, 4], shape: [2, 1]) : tensor
      }
      try trainer.restore(state: state, step: 0, history: History())
      try trainer.advance()
      // Real and generated samples are 0, so the loss is the penalty and only it moves the weight.
      let moved = try #require(trainer.state["discriminator/params/00_dense/weight"]).doubles()
      return (
        try #require(trainer.history["discriminator.loss"]?.first), [(3 - moved[0]) / 0.01, (4 - moved[1]) / 0.01]
      )
    }
    let r1 = try penalty(R1Penalty(gamma: 0.4))
    #expect(abs(r1.0 - 5) < 1e-5)
    // ∂/∂w γ/2 |w|² = γ w
    #expect(abs(r1.1[0] - 1.2) < 1e-3 && abs(r1.1[1] - 1.6) < 1e-3)
    let gp = try penalty(GradientPenalty(weight: 0.5))
    #expect(abs(gp.0 - 8) < 1e-5)
    // ∂/∂w λ (|w| − 1)² = 2 λ (|w| − 1) w / |w|
    #expect(abs(gp.1[0] - 2.4) < 1e-3 && abs(gp.1[1] - 3.2) < 1e-3)
    #expect(try penalty(GradientPenalty(weight: 0.5, target: 6, isOneSided: true)).0 == 0)
  }
}
