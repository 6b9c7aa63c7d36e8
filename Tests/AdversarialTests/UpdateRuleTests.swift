import Foundation
import Rival
import RivalTesting
import Testing

/// Update rules where what they do is known: games of quadratic losses, whose rounds are products of matrices, and the Dirac-GAN.
@Suite("Update rules")
struct UpdateRuleTests {
  private let h = 0.1
  /// A game of three players without any symmetry.
  private let three = QuadraticGame(
    forms: [
      [[0.7, -0.4, 1.1], [-0.4, 0.2, 0.3], [1.1, 0.3, 0]], [[0.1, 0.9, 0], [0.9, 0.5, -0.8], [0, -0.8, 0.4]],
      [[0, 0.2, -0.6], [0.2, 0.3, 0.5], [-0.6, 0.5, 0.9]],
    ], start: [1, -0.5, 0.8])

  private func expect(_ game: QuadraticGame, _ rule: any UpdateRule, rounds: Int = 100, _ known: [Double], line: Int = #line) throws {
    let found = try game.played(rule, rounds: rounds)
    for (value, expected) in zip(found, known) {
      #expect(abs(value - expected) < 1e-9 * max(1, abs(expected)), "\(rule.name), line \(line): \(found) for \(known)")
    }
    #expect(found.count == known.count)
  }

  private func iterated(_ start: [Double], _ rounds: Int = 100, _ step: ([Double]) -> [Double]) -> [Double] {
    (0..<rounds).reduce(start) { w, _ in step(w) }
  }

  @Test("Every rule in a game of three players, against its matrices")
  func threePlayers() throws {
    let (b, start) = (three.field, three.start)
    let turn = b.indices.map { i in b.indices.map { (b[i][$0] - b[$0][i]) / 2 } }
    try expect(three, SimultaneousUpdates(), iterated(start) { plus($0, -h, times(b, $0)) })
    try expect(three, Extragradient(), iterated(start) { w in plus(w, -h, times(b, plus(w, -h, times(b, w)))) })
    try expect(
      three, ConsensusOptimization(gamma: 0.3),
      iterated(start) { w in plus(plus(w, -h, times(b, w)), -h * 0.3, times(flipped(b), times(b, w))) })
    try expect(
      three, SymplecticAdjustment(lambda: 0.4, usesSigns: false),
      iterated(start) { w in plus(plus(w, -h, times(b, w)), -h * 0.4, times(flipped(turn), times(b, w))) })
    func withSign(_ epsilon: Double) -> ([Double]) -> [Double] {
      { w in
        let v = times(b, w)
        let (pull, turned) = (times(flipped(b), v), times(flipped(turn), v))
        let sign: Double = dot(v, pull) * dot(turned, pull) / 3 + epsilon >= 0 ? 1 : -1
        return plus(plus(w, -h, v), -h * 0.4 * sign, turned)
      }
    }
    for epsilon in [0, 0.1] {
      try expect(three, SymplecticAdjustment(lambda: 0.4, alignment: Number(epsilon)), iterated(start, withSign(epsilon)))
    }
    var last = [0.0, 0, 0]
    try expect(
      three, OptimisticGradient(),
      iterated(start) { w in
        let v = times(b, w)
        defer { last = v }
        return plus(plus(w, -2 * h, v), h, last)
      })
    last = [0, 0, 0]
    try expect(
      three, Extragradient(isFromPast: true),
      iterated(start) { w in
        last = times(b, plus(w, -h, last))
        return plus(w, -h, last)
      })
    var slow = start
    var round = 0
    try expect(
      three, LookaheadMinmax(period: 3, alpha: 0.4, isSimultaneous: true),
      iterated(start) { w in
        var next = plus(w, -h, times(b, w))
        round += 1
        if round % 3 == 0 {
          next = plus(slow, 0.4, plus(next, -1, slow))
          slow = next
        }
        return next
      })
    #expect(throws: NetworkError.self) { try three.played(CompetitiveGradient(), rounds: 1) }
  }

  private func iterated(_ start: [Double], _ step: ([Double]) -> [Double]) -> [Double] { iterated(start, 100, step) }

  @Test("Alternating play with steps for either player, and lookahead over it")
  func alternating() throws {
    let game = QuadraticGame(forms: [[[0.3, 1], [1, 0]], [[0, -0.8], [-0.8, 0.2]]], start: [1, 0.5])
    func turn(_ w: [Double], _ judging: Int, _ making: Int) -> [Double] {
      var (x, y) = (w[0], w[1])
      for _ in 0..<judging { y -= h * (-0.8 * x + 0.2 * y) }
      for _ in 0..<making { x -= h * (0.3 * x + y) }
      return [x, y]
    }
    for (judging, making) in [(1, 1), (3, 1), (1, 4), (2, 2)] {
      try expect(
        game, AlternatingUpdates(discriminatorSteps: judging, generatorSteps: making), iterated(game.start) { turn($0, judging, making) })
    }
    var slow = game.start
    var round = 0
    try expect(
      game, LookaheadMinmax(period: 5, alpha: 0.5, discriminatorSteps: 2),
      iterated(game.start) { w in
        var next = turn(w, 2, 1)
        round += 1
        if round % 5 == 0 {
          next = plus(slow, 0.5, plus(next, -1, slow))
          slow = next
        }
        return next
      })
    // What was written before the field came is the same text.
    #expect(try StoredComponent(AlternatingUpdates()).fields.text() == #"{"discriminatorSteps":1}"#)
    #expect(try StoredComponent(AlternatingUpdates(discriminatorSteps: 1, generatorSteps: 2)).fields.text().contains("generatorSteps"))
  }

  @Test("The bilinear game: the factor of a round in closed form")
  func bilinear() throws {
    let game = QuadraticGame.bilinear()
    func factor(_ rule: any UpdateRule) throws -> Double { pow(length(try game.played(rule, rounds: 100)) / length(game.start), 0.01) }
    for (rule, known): (any UpdateRule, Double) in [
      (SimultaneousUpdates(), (1 + h * h).squareRoot()), (Extragradient(), (pow(1 - h * h, 2) + h * h).squareRoot()),
      (ConsensusOptimization(gamma: 0.5), (pow(1 - h * 0.5, 2) + h * h).squareRoot()),
      (SymplecticAdjustment(lambda: 0.5), (pow(1 - h * 0.5, 2) + h * h).squareRoot()),
      (CompetitiveGradient(stepSize: 0.1), 1 / (1 + h * h).squareRoot()),
    ] {
      #expect(abs(try factor(rule) - known) < 1e-9, "\(rule.name)")
    }
    // The spectral radius of the whole map, memory included.
    for (rule, known): (any UpdateRule, Double) in [
      (SimultaneousUpdates(), 1.004987562), (Extragradient(), 0.995037688), (OptimisticGradient(), 0.99493615),
      (Extragradient(isFromPast: true), 0.99493615), (AlternatingUpdates(), 1),
    ] {
      let radius = try #require(try UpdateMap(FrozenRound(game: game, updateRule: rule)).spectrum(count: 4).radius)
      #expect(abs(radius - known) < 1e-8, "\(rule.name): \(radius)")
    }
  }

  @Test("Unrolled steps: dL/dx of the answer, and without following it")
  func unrolled() throws {
    var game = QuadraticGame(forms: [[[0.3, 1], [1, 0.6]], [[0, -0.8], [-0.8, 0.2]]], start: [1, 0.5])
    // As a generator, which does not take the discriminator's weights for constants.
    game.stops = false
    for steps in [1, 3, 10] {
      for follows in [true, false] {
        let known = iterated(game.start) { w in
          let (x, y) = (w[0], w[1])
          // y_k is a x + b y.
          var (a, b) = (0.0, 1.0)
          for _ in 0..<steps { (a, b) = (a + h * 0.8 - h * 0.2 * a, b - h * 0.2 * b) }
          let ahead = a * x + b * y
          let slope = 0.3 * x + ahead + (follows ? a * (x + 0.6 * ahead) : 0)
          return [x - h * slope, y - h * (-0.8 * x + 0.2 * y)]
        }
        try expect(game, UnrolledUpdates(steps: steps, followsAnswers: follows), known)
      }
    }
    // Adam's own squares are held: the gradient stays finite where it begins at zero.
    var start = game
    start.start = [0, 0]
    start.optimizer = Adam(learningRate: 0.01)
    #expect(try start.played(UnrolledUpdates(), rounds: 3).allSatisfy(\.isFinite))
    #expect(throws: NetworkError.self) { try Play(PursuitWithoutJudges(), UnrolledUpdates()) }
  }

  private struct PursuitWithoutJudges: Game {
    var players: [Player] { [Player("one"), Player("two")] }
    func initialState() throws -> Parameters { Parameters(players.map { ("\($0)/params/x", Tensor(1, dtype: .float64)) }) }
    func loss(of player: Player, in round: Round) throws -> Tensor { square(try #require(round.parameters(of: player)["x"])) }
    func optimizer(for player: Player) throws -> any Optimizer { SGD() }
  }

  @Test("Competitive gradient descent with losses that are not each other's negative")
  func competitive() throws {
    let game = QuadraticGame(forms: [[[0.3, 1], [1, 0.6]], [[-0.2, -0.8], [-0.8, 0.2]]], start: [1, 0.5])
    let known = iterated(game.start) { w in
      let (x, y) = (w[0], w[1])
      let (fx, gy) = (0.3 * x + y, -0.8 * x + 0.2 * y)
      let scale = 1 / (1 - h * h * 1 * -0.8)
      return [x - h * scale * (fx - h * 1 * gy), y - h * scale * (gy - h * -0.8 * fx)]
    }
    try expect(game, CompetitiveGradient(stepSize: 0.1, iterations: 3), known)
  }

  @Test("Extragradient with Adam: its memory moves on in both steps (Gidel et al. 2019, algorithm 4)")
  func extraAdam() throws {
    let game = QuadraticGame.bilinear(Adam(learningRate: 0.05, beta1: 0.5, beta2: 0.9))
    var (w, m, v, t) = (game.start, [0.0, 0], [0.0, 0], 0.0)
    for _ in 0..<50 {
      func step(_ g: [Double]) -> [Double] {
        t += 1
        m = zip(m, g).map { 0.5 * $0 + 0.5 * $1 }
        v = zip(v, g).map { 0.9 * $0 + 0.1 * $1 * $1 }
        return zip(m, v).map { -0.05 * $0 / (1 - pow(0.5, t)) / (($1 / (1 - pow(0.9, t))).squareRoot() + 1e-8) }
      }
      let ahead = plus(w, 1, step([w[1], -w[0]]))
      w = plus(w, 1, step([ahead[1], -ahead[0]]))
    }
    try expect(game, Extragradient(), rounds: 50, w)
  }

  @Test("The Dirac-GAN: consensus has the exact gradient, through generated samples that the discriminator takes for constants")
  func consensus() throws {
    func gan(_ theta: Double, _ psi: Double) throws -> any Game {
      try GAN(latent: .normal(1)) {
        Generator { Position(1, initial: theta) }
        Discriminator { Dense(1, usesBias: false, initializer: .constant(psi)) }
        MinimaxLoss()
        SGD(learningRate: 1)
        ConsensusOptimization(gamma: 1)
      }.game(fields: [Field("samples", shape: [1])], seed: 0)
    }
    func moved(_ rule: any UpdateRule) throws -> [Double] {
      let game = try gan(1.3, 0.7)
      let batch = Batch([Batch.Entry(Field("samples", shape: [1]), Tensor(float64: [0], shape: [1, 1]))])
      let frozen = try FrozenRound(game: game, updateRule: rule, batches: [batch])
      let map = try UpdateMap(frozen)
      return zip(try map.value(), map.point).map { $0 - $1 }
    }
    // Their discriminator is high on generated samples: at (1.3, −0.7) the published gradient of ½‖v‖² is (0.883526, −0.769344).
    let (plain, with) = (try moved(SimultaneousUpdates()), try moved(ConsensusOptimization(gamma: 1)))
    #expect(abs(plain[0] - with[0] - 0.883526) < 1e-6 && abs(plain[1] - with[1] - 0.769344) < 1e-6, "\(plain), \(with)")
  }

  @Test(
    "Every rule in a small GAN resumes bit for bit, and leaves no trace of what it looked at",
    arguments: BuiltInUpdateRules.types.map { $0.name })
  func resuming(name: String) throws {
    let rule = try #require(try Registry.builtIn().component(parsing: name) as? any UpdateRule)
    #expect(try ComponentConformance.check(rule) == [])
    for optimizer: any Optimizer in [Adam(learningRate: 0.01), SGD(learningRate: 0.05, momentum: 0.5)] {
      let gan = GAN(latent: .normal(3)) {
        Generator {
          Dense(8)
          BatchNorm()
          Tanh()
          Dense(2)
        }
        Discriminator {
          Dense(6)
          Tanh()
          Dense(1)
        }
        NonSaturatingLoss()
        optimizer
        rule
        SpectralNormalization()
        ExponentialMovingAverage(decay: 0.9)
      }
      let violations = try ResumeConformance.check(gan, data: RingOfGaussians(modes: 8), before: 3, after: 3)
      #expect(violations.isEmpty, "\(name): \(violations)")
    }
  }

  @Test("A rule that reckons with another step size than the optimizer's is warned of")
  func review() throws {
    let gan = try ringGAN().changed(by: [.part(CompetitiveGradient())])
    #expect(gan.review().contains { $0.severity == .warning && $0.message.contains("use sgd with that rate") })
    #expect(!(try gan.changed(by: [.part(SGD(learningRate: 0.01))])).review().contains { $0.message.contains("use sgd") })
  }
}
