import Rival

/// Rounds of the Dirac-GAN (Mescheder et al. 2018, definition 2.1) with given parts, in float64: data at 0, a generator θ, a discriminator D(x) = ψ·x.
final class DiracRounds {
  /// What is played with.
  struct Parts {
    var loss: any Loss = MinimaxLoss()
    var optimizer: any Optimizer
    var rule: any UpdateRule
    var heuristics: [any Heuristic] = []
  }

  /// The paths of θ and ψ behind the name of a network or of a second set of its parameters.
  private static let paths = ["params/00_position/value", "params/00_dense/weight"]

  let frozen: FrozenRound
  private let program: Program

  /// Compiles a round.
  ///
  /// - Throws: what the parts throw that this GAN does not fit.
  init(_ parts: Parts) throws {
    let gan = GAN(latent: .normal(1)) {
      Generator { Position(1, initial: 0) }
      Discriminator { Dense(1, usesBias: false, initializer: .constant(0)) }
      parts.loss
      parts.optimizer
      parts.rule
      parts.heuristics
    }
    let field = Field("samples", shape: [1])
    let zero = Batch([Batch.Entry(field, Tensor.zeros([1, 1], dtype: .float64))])
    let game = try gan.game(fields: [field], seed: 0)
    let frozen = try FrozenRound(
      game: game, updateRule: parts.rule, batches: Array(repeating: zero, count: parts.rule.realBatchesPerRound))
    let paths = frozen.state.paths
    self.frozen = frozen
    program = try Program(
      parameters: frozen.state.tensors.map { TensorType($0) } + [TensorType([], .int32)],
      donations: Dictionary(uniqueKeysWithValues: paths.indices.map { ($0, $0) }), threadCount: 1
    ) { tensors in
      let round = Round(
        game: game, state: Parameters(zip(paths, tensors)), step: tensors[paths.count], batches: frozen.batches, batchSize: 1, seed: 0,
        isTraining: true)
      try parts.rule.play(round)
      return paths.map { round.state[$0] ?? .invalid(TensorError("state '\($0)' was lost in the round")) }
    }
  }

  /// The state before the first round, from (θ, ψ).
  private func state(_ theta: Double, _ psi: Double) -> Parameters {
    frozen.state.mapped { path, tensor in
      for (end, value) in zip(Self.paths, [theta, psi]) where path.hasSuffix(end) && !path.hasPrefix("optimizers/") {
        return Tensor(value, shape: tensor.shape, dtype: tensor.dtype)
      }
      return tensor
    }
  }

  /// The frozen round at a place.
  func frozen(at theta: Double, _ psi: Double) throws -> FrozenRound { try frozen.replacing(state(theta, psi)) }

  /// The distance √(θ² + ψ²) after some rounds from a place; infinite where it was lost on the way.
  func distance(from theta: Double, _ psi: Double, rounds: Int) throws -> Double {
    for (index, tensor) in state(theta, psi).tensors.enumerated() { try program.write(tensor, to: index) }
    let step = frozen.state.count
    let places = frozen.state.paths.indices.filter {
      ["generator/" + Self.paths[0], "discriminator/" + Self.paths[1]].contains(frozen.state.paths[$0])
    }
    var distance = 0.0
    for round in 0..<rounds {
      try withUnsafeBytes(of: Int32(round)) { try program.write($0, to: step) }
      try program.execute()
      guard round % 50 == 49 || round == rounds - 1 else { continue }
      distance = try places.reduce(0) { sum, place in
        let value = try program.number(ofOutput: place)
        return sum + value * value
      }.squareRoot()
      guard distance.isFinite, distance < 1e9 else { return .infinity }
    }
    return distance
  }
}

/// θ moves before ψ, in the order of the published tables; ψ moves `steps` times.
struct GeneratorFirst: UpdateRule {
  static let name = "generator-first"
  static let summary = "The generator's update, then k of the discriminator."
  var steps = 1

  func advance(_ round: Round) throws {
    for player in [Player.generator] + Array(repeating: Player.discriminator, count: steps) {
      try round.update(player, with: round.gradient(of: player))
    }
  }
}
