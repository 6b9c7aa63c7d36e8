import Foundation
import Rival
import RivalTesting
import Testing

/// Optimizers and whole rounds against PyTorch: Fixtures/training.json, which Tests/Reference/make_optimizer_references.py writes.
struct TrainingReference: Decodable {
  struct Descents: Decodable {
    struct Case: Decodable {
      var optimizer: String
      var points: [[Double]]
    }
    var matrix: [[Double]]
    var centre: [Double]
    var start: [Double]
    var cases: [Case]
  }
  struct Runs: Decodable {
    struct Case: Decodable {
      var loss: String
      var optimizer: String
      var updateRule: String
      var heuristics: [String]
      var final: [String: [Double]]
    }
    var seed: UInt64
    var batchSize: Int
    var rounds: Int
    var initial: [String: [Double]]
    var batches: [[Double]]
    var cases: [Case]
  }
  var descents: Descents
  var runs: Runs

  static func read() throws -> TrainingReference {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/training.json")
    return try JSONDecoder().decode(TrainingReference.self, from: Data(contentsOf: file))
  }
}

@Suite("Optimizers")
struct OptimizerTests {
  @Test("20 steps on a quadratic, against PyTorch", arguments: [DType.float64, .float32])
  func descents(dtype: DType) throws {
    let reference = try TrainingReference.read().descents
    #expect(Set(reference.cases.map { $0.optimizer.split(separator: ":")[0] }).sorted() == ["adam", "rmsprop", "sgd"])
    let matrix = Tensor(float64: reference.matrix.flatMap { $0 }, shape: [3, 3]).converted(to: dtype)
    let centre = Tensor(float64: reference.centre).converted(to: dtype)
    for known in reference.cases {
      let optimizer = try #require(try Registry.builtIn().component(parsing: known.optimizer) as? any Optimizer)
      var point = Tensor(float64: reference.start).converted(to: dtype)
      var state = optimizer.initialState(for: Parameters([("x", point)]))
      for (index, expected) in known.points.enumerated() {
        let x = try point.materialized()
        let away = x - centre
        let loss = 0.5 * (away * matmul(matrix, away.reshaped([3, 1])).reshaped([3])).sum()
        let change = try optimizer.update(
          Parameters([("x", gradient(of: loss, at: x))]), at: Parameters([("x", x)]), state: &state,
          iteration: Tensor(int32: [Int32(index + 1)], shape: []))
        point = x + (try #require(change["x"]))
        state = try state.mapped { try $1.materialized() }
        let tolerance = dtype == .float64 ? 1e-9 : 1e-5
        for (value, number) in zip(try point.doubles(), expected) {
          #expect(
            abs(value - number) <= tolerance * max(1, abs(number)),
            "\(known.optimizer), step \(index + 1): \(value) for \(number)")
        }
      }
    }
  }

  @Test("Three rounds of a whole GAN, against PyTorch", arguments: 0..<6)
  func rounds(index: Int) throws {
    let reference = try TrainingReference.read().runs
    #expect(reference.cases.count == 6)
    let known = reference.cases[index]
    let registry = try Registry.builtIn()
    var gan = GAN(latent: .normal(2)) {
      Generator {
        Dense(8)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(8)
        LeakyReLU(0.2)
        Dense(1)
      }
    }
    gan.loss = try #require(try registry.component(parsing: known.loss) as? any Loss)
    gan.updateRule = try #require(try registry.component(parsing: known.updateRule) as? any UpdateRule)
    let optimizer = try #require(try registry.component(parsing: known.optimizer) as? any Optimizer)
    gan.optimizers = [optimizer.for(.generator), optimizer.for(.discriminator)]
    gan.heuristics = try known.heuristics.map { try #require(try registry.component(parsing: $0) as? any Heuristic) }
    let data = FixedBatches(reference.batches.map { $0.map { Float($0) } }, size: 2)
    let trainer = try Trainer(gan, data: data, batchSize: reference.batchSize, seed: reference.seed)
    let state = trainer.state.mapped { path, tensor in
      guard let values = reference.initial[path] else { return tensor }
      return Tensor(values.map { Float($0) }, shape: tensor.shape)
    }
    try trainer.restore(state: state, step: 0, history: History())
    try trainer.run(until: reference.rounds)
    var worst = 0.0
    for (path, numbers) in known.final {
      let values = try #require(trainer.state[path]).doubles()
      #expect(values.count == numbers.count)
      for (value, number) in zip(values, numbers) { worst = max(worst, abs(value - number)) }
      // The comparison means something only where three rounds moved the weights.
      if path.hasSuffix("weight") {
        #expect(zip(numbers, try #require(reference.initial[path])).contains { abs($0 - $1) > 1e-3 }, "\(path)")
      }
    }
    #expect(worst < 1e-5, "\(known.loss), \(known.optimizer): off by \(worst)")
  }

  @Test("A parabola, where each optimizer's step size fits")
  func parabola() throws {
    for (optimizer, bound): (any Optimizer, Double) in [
      (SGD(learningRate: 0.1), 1e-12), (SGD(learningRate: 0.05, momentum: 0.8), 1e-12),
      (RMSProp(learningRate: 0.01), 1e-3), (Adam(learningRate: 0.1, beta1: 0.9), 1e-6),
    ] {
      let end = try OptimizerConformance.minimize(.parabola, with: optimizer, steps: 1_000)
      #expect(end.value < bound, "\(optimizer.name): \(end)")
    }
  }

  @Test("Rosenbrock's valley")
  func rosenbrock() throws {
    for (optimizer, bound): (any Optimizer, Double) in [
      (SGD(learningRate: 0.001, momentum: 0.9), 1e-3), (RMSProp(learningRate: 0.001), 0.1),
      (Adam(learningRate: 0.02, beta1: 0.9), 1e-3),
    ] {
      let end = try OptimizerConformance.minimize(.rosenbrock, with: optimizer, steps: 5_000)
      #expect(end.value < bound, "\(optimizer.name): \(end)")
    }
  }

  @Test(
    "The bilinear game: simultaneous descent spirals out by √(1 + h²), alternating stays, negative momentum converges")
  func bilinear() throws {
    let h = 0.1
    let out = try OptimizerConformance.playBilinearGame(with: SGD(learningRate: h), steps: 100, isAlternating: false)
    #expect(abs(out / (2.0.squareRoot() * pow(1 + h * h, 50)) - 1) < 1e-12)
    let around = try OptimizerConformance.playBilinearGame(
      with: SGD(learningRate: h), steps: 1_000, isAlternating: true)
    #expect(around > 1 && around < 2)
    let damped = try OptimizerConformance.playBilinearGame(
      with: SGD(learningRate: h, momentum: -0.5), steps: 2_000, isAlternating: true)
    var (x, y, v, w) = (1.0, 1.0, 0.0, 0.0)
    for _ in 0..<2_000 {
      v = -0.5 * v + y
      x -= h * v
      w = -0.5 * w - x
      y -= h * w
    }
    #expect(abs(damped / (x * x + y * y).squareRoot() - 1) < 1e-9)
    #expect(damped < 0.1)
  }

  @Test("First steps")
  func firstSteps() throws {
    let x = Parameters([("x", Tensor(float64: [1, -1]))])
    let g = Parameters([("x", Tensor(float64: [4, -0.5]))])
    func step(_ optimizer: any Optimizer) throws -> [Double] {
      var state = optimizer.initialState(for: x)
      return try #require(
        try optimizer.update(g, at: x, state: &state, iteration: Tensor(int32: [1], shape: []))["x"]
      ).doubles()
    }
    #expect(try step(SGD(learningRate: 0.1)) == [-0.4, 0.05])
    // Adam's first step is the rate, against the gradient's sign; RMSProp's is that over √(1 − decay).
    for (value, expected) in zip(try step(Adam(learningRate: 0.1)), [-0.1, 0.1]) {
      #expect(abs(value - expected) < 1e-7)
    }
    for (value, expected) in zip(try step(RMSProp(learningRate: 0.1, decay: 0.75)), [-0.2, 0.2]) {
      #expect(abs(value - expected) < 1e-7)
    }
  }
}
