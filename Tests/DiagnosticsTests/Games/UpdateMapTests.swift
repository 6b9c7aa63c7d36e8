import Rival
import Testing

/// Adam with its scale given: the same step with running squares that do not move. Differences of its round are what `UpdateMap` computes.
private struct ScaledAdam: Optimizer {
  static let name = "scaled-adam"
  static let summary = "Adam with fixed running squares."
  var adam = Rates()
  var scale: [String: [Double]] = [:]

  struct Rates: Codable, Sendable {
    var learningRate = 0.01
    var beta1 = 0.5
    var beta2 = 0.9
    var epsilon = 1e-8
  }

  init() {}
  init(_ adam: Rates, scale: [String: [Double]]) {
    self.adam = adam
    self.scale = scale
  }

  func initialState(for parameters: Parameters) -> Parameters { zeroSlots(["m"], for: parameters) }

  func update(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters {
    let m = state.subtree("m/").zipped(with: gradient) { adam.beta1 * $0 + (1 - adam.beta1) * $1 }
    state = m.prefixed("m/")
    let t = iteration.converted(to: .float64)
    let first = 1 - pow(Tensor(adam.beta1, dtype: .float64), t)
    let second = 1 - pow(Tensor(adam.beta2, dtype: .float64), t)
    return m.mapped { path, m in
      let v = Tensor(float64: scale[path] ?? [], shape: m.shape)
      return -adam.learningRate * (m / first) / (sqrt(v / second) + adam.epsilon)
    }
  }
}

@Suite("The update map")
struct UpdateMapTests {
  private func gan(_ optimizers: [PlayerOptimizer], hidden: Int, rule: any UpdateRule) -> GAN {
    GAN(latent: .normal(2)) {
      Generator {
        Dense(hidden)
        Tanh()
        Dense(2)
      }
      Discriminator {
        Dense(hidden)
        Softplus()
        Dense(1)
      }
      NonSaturatingLoss()
      for optimizer in optimizers { optimizer }
      rule
      R1Penalty(gamma: 0.1)
    }
  }

  private func adam(_ learningRate: Double = 0.01) -> [PlayerOptimizer] {
    [Player.generator, .discriminator].map { Adam(learningRate: learningRate, beta1: 0.5, beta2: 0.9).for($0) }
  }

  private func trained(hidden: Int, rule: any UpdateRule = AlternatingUpdates(), rounds: Int = 30) throws -> Trainer {
    let trainer = try Trainer(gan(adam(), hidden: hidden, rule: rule), data: RingOfGaussians(), batchSize: 16, seed: 3)
    try trainer.run(until: rounds)
    return trainer
  }

  @Test("With Adam, F′ is what differences of the round give with Adam's scale held", arguments: [1, 0])
  func agreesWithDifferences(alternating: Int) throws {
    let rule: any UpdateRule = alternating == 1 ? AlternatingUpdates() : SimultaneousUpdates()
    let trainer = try trained(hidden: 4, rule: rule)
    let frozen = try FrozenRound(trainer)
    let map = try UpdateMap(frozen)
    let jacobian = try map.jacobian.matrix()

    // The running squares after this round, from the round itself.
    let after = try stateAfter(frozen)
    let parts = [Player.generator, .discriminator].map { player in
      var scale: [String: [Double]] = [:]
      for (path, tensor) in after.subtree("optimizers/\(player)/v/") { scale[path] = try? tensor.doubles() }
      return ScaledAdam(.init(), scale: scale).for(player)
    }
    let scaled = try AdversarialGame(gan(parts, hidden: 4, rule: rule), fields: [Field("samples", shape: [2])], seed: 3)
    let state = Parameters(frozen.state.filter { !$0.path.contains("/v/") }.map { ($0.path, $0.tensor) })
    let reference = try UpdateMap(
      FrozenRound(
        game: scaled, updateRule: rule, state: state, batches: frozen.batches, batchSize: 16, seed: 3, step: frozen.step))
    #expect(reference.paths == map.paths)
    #expect(zip(try reference.value(), try map.value()).allSatisfy { agree($0, $1, 1e-12) }, "the same step")

    var differences = Matrix(rows: map.size, columns: map.size)
    let h = 1e-5
    for column in 0..<map.size {
      var (up, down) = (map.point, map.point)
      up[column] += h
      down[column] -= h
      let (high, low) = (try reference.value(at: up), try reference.value(at: down))
      for row in 0..<map.size { differences[row, column] = (high[row] - low[row]) / (2 * h) }
    }
    #expect((jacobian - differences).frobeniusNorm < 1e-6 * differences.frobeniusNorm)
    let radius = try #require(try map.spectrum(count: 4).radius)
    let dense = try #require(try differences.eigenvalues().first).magnitude
    #expect(agree(radius, dense, 1e-6), "\(radius), not \(dense)")
    // Holding the scale matters: without it the map is another one.
    var column = map.point
    column[0] += h
    var other = map.point
    other[0] -= h
    let free = zip(try map.value(at: column), try map.value(at: other)).map { ($0 - $1) / (2 * h) }
    #expect(zip(free.indices, free).contains { !agree(jacobian[$0, 0], $1, 1e-4) })
  }

  /// The state after a frozen round.
  private func stateAfter(_ frozen: FrozenRound) throws -> Parameters {
    let program = try Program(
      parameters: frozen.state.tensors.map(TensorType.init) + frozen.batches.flatMap(\.entries).map { TensorType($0.tensor) }
    ) { inputs in
      let state = Parameters(zip(frozen.state.paths, inputs))
      var rest = inputs[frozen.state.count...]
      let round = Round(
        game: frozen.game, state: state, step: Tensor(int32: [Int32(frozen.step)], shape: []),
        batches: frozen.batches.map { $0.mapped { _ in rest.removeFirst() } }, batchSize: frozen.batchSize, seed: frozen.seed,
        isTraining: true)
      try frozen.updateRule.advance(round)
      return frozen.state.paths.map { round.state[$0] ?? .zeros([]) }
    }
    return Parameters(zip(frozen.state.paths, try program.run(frozen.state.tensors + frozen.batches.flatMap { $0.entries.map(\.tensor) })))
  }

  @Test("Krylov and dense solutions agree; F′ and its transpose are one operator")
  func krylovAgreesWithDense() throws {
    let map = try UpdateMap(FrozenRound(trained(hidden: 10)))
    #expect(map.size > 150)
    let matrix = try map.jacobian.matrix()
    let dense = try matrix.eigenvalues()
    let spectrum = try map.spectrum(count: 4, tolerance: 1e-10, subspace: 40)
    let radius = try #require(spectrum.radius)
    #expect(agree(radius, dense[0].magnitude, 1e-6), "\(radius), not \(dense[0].magnitude)")
    #expect(spectrum.converged.count >= 4)
    for pair in spectrum.converged {
      #expect(dense.contains { agree($0.real, pair.value.real, 1e-6) && agree($0.imaginary, pair.value.imaginary, 1e-6) })
    }
    let (u, w) = (probe(map.size, 0.3), probe(map.size, 1.7))
    let left = zip(u, try map.product(w)).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(try map.transposedProduct(u), w).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(agree(left, right, 1e-12 * length(u) * length(w)))
  }

  @Test("Several discriminator updates in one round are all held")
  func repeatedUpdates() throws {
    let trainer = try trained(hidden: 3, rule: AlternatingUpdates(discriminatorSteps: 3))
    let map = try UpdateMap(FrozenRound(trainer))
    // With Adam's scale held, the discriminator's momentum m after the round is linear in the m before with slope β₁³ plus what moves
    // through the gradients; with a learning rate of almost zero only the former remains.
    let still = gan(adam(1e-12), hidden: 3, rule: AlternatingUpdates(discriminatorSteps: 3))
    let frozen = try FrozenRound(
      game: AdversarialGame(still, fields: [Field("samples", shape: [2])], seed: 3), updateRule: AlternatingUpdates(discriminatorSteps: 3),
      state: trainer.state, batches: FrozenRound(trainer).batches, batchSize: 16, seed: 3, step: trainer.step)
    let slow = try UpdateMap(frozen)
    #expect(slow.paths == map.paths)
    let index = try #require(slow.paths.firstIndex { $0.hasPrefix("optimizers/discriminator/m/") })
    let start = slow.paths[..<index].reduce(0) { $0 + (frozen.state[$1]?.elementCount ?? 0) }
    var unit = [Double](repeating: 0, count: slow.size)
    unit[start] = 1
    #expect(agree(try slow.product(unit)[start], 0.125, 1e-8))
  }

  @Test("Products with a convolutional round agree with its differences")
  func convolutional() throws {
    let images = ArraySamples((0..<24 * 64).map { Key(seed: 99).uniform(element: $0) * 2 - 1 }, sampleShape: [8, 8, 1])
    let trainer = try Trainer(
      GAN(latent: .uniform(4)) {
        Generator {
          Dense(4 * 4 * 4)
          Reshape([4, 4, 4])
          BatchNorm()
          Tanh()
          Upsample(2)
          Conv2D(1, kernel: 3)
          Tanh()
        }
        Discriminator {
          Conv2D(4, kernel: 3, stride: 2)
          Softplus()
          Dropout(0.3)
          Flatten()
          Dense(1)
        }
        NonSaturatingLoss()
        SGD(learningRate: 0.05, momentum: 0.5)
        AlternatingUpdates()
        GradientClipping(maximumNorm: 0.1)
        ExponentialMovingAverage()
      }, data: images, batchSize: 6, seed: 8)
    try trainer.run(until: 4)
    let map = try UpdateMap(FrozenRound(trainer))
    #expect(!map.paths.contains { $0.contains("buffers") || $0.contains("ema") || $0.contains("iterations") })
    let direction = probe(map.size, 0.2)
    let h = 1e-6
    let up = try map.value(at: zip(map.point, direction).map { $0 + h * $1 })
    let down = try map.value(at: zip(map.point, direction).map { $0 - h * $1 })
    let difference = zip(up, down).map { ($0 - $1) / (2 * h) }
    let product = try map.product(direction)
    #expect(length(zip(product, difference).map { $0 - $1 }) < 1e-6 * length(difference))
  }

  @Test("RMSProp's running squares are held too")
  func rootMeanSquares() throws {
    let gan = gan([Player.generator, .discriminator].map { RMSProp(learningRate: 0.01).for($0) }, hidden: 3, rule: SimultaneousUpdates())
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
    try trainer.run(until: 3)
    let map = try UpdateMap(FrozenRound(trainer))
    #expect(!map.paths.contains { $0.hasPrefix("optimizers/") })
    // F = w + P v with P = η/√s: F′ − 1 is P J, row by row.
    let field = try VectorField(FrozenRound(trainer))
    #expect(field.size == map.size)
    let (step, value) = (try map.value(), try field.value())
    let unit = probe(map.size, 0.9)
    let (moved, slope) = (try map.product(unit), try field.product(unit))
    for index in 0..<map.size where abs(value[index]) > 1e-6 {
      let scale = (step[index] - map.point[index]) / value[index]
      #expect(agree(moved[index], unit[index] + scale * slope[index], 1e-9))
    }
  }

  @Test("A gradient stops at what is held constant, and passes stops where it is told to")
  func barriers() throws {
    let x = Tensor(float64: [3], shape: [])
    let square = x * x
    #expect(try gradient(of: square * x, at: [x])[0].item() == 27)
    #expect(try gradient(of: square * x, at: [x], treatingAsConstant: [square])[0].item() == 9)
    #expect(try gradient(of: square.stoppingGradient * x, at: [x])[0].item() == 9)
    #expect(try gradient(of: square.stoppingGradient * x, at: [x], followingStops: true)[0].item() == 27)
    // A stopped tensor that is itself a variable lets nothing through unless it is told to.
    let stopped = square.stoppingGradient
    let slopes = gradient(of: stopped * 2, at: [x, stopped])
    #expect(try slopes[0].item() == 0 && slopes[1].item() == 2)
    let followed = gradient(of: stopped * 2, at: [x, stopped], followingStops: true)
    #expect(try followed[0].item() == 12 && followed[1].item() == 2)
  }

  @Test("Freezing changes nothing in the trainer, and the round is the one that it would play")
  func freezing() throws {
    let trainer = try trained(hidden: 4)
    let before = trainer.state
    let map = try UpdateMap(FrozenRound(trainer))
    let predicted = try map.value()
    _ = try map.spectrum(count: 2)
    for (path, tensor) in trainer.state { #expect(try tensor.doubles() == (try before[path]?.doubles())) }
    try trainer.advance()
    var played: [Double] = []
    for path in map.paths { played += try #require(trainer.state[path]).doubles() }
    #expect(zip(predicted, played).allSatisfy { agree($0, $1, 1e-4) })
  }

  private func probe(_ size: Int, _ phase: Double) -> [Double] {
    (0..<size).map {
      let x = Double($0) * 0.7548776662466927 + phase
      return x - x.rounded(.down) - 0.5
    }
  }
}
