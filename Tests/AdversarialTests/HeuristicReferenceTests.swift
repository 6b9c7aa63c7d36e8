import Foundation
import Rival
import Testing

/// Whole rounds with each heuristic against PyTorch: Fixtures/heuristics.json, which Tests/Reference/make_heuristic_references.py writes.
struct HeuristicReference: Decodable {
  struct Case: Decodable, CustomTestStringConvertible {
    var heuristics: [String]
    var loss: String
    /// Whether samples are images of 4×4 pixels in three colours, rather than points.
    var images: Bool
    var batches: [[Double]]
    var initial: [String: [Double]]
    /// The parameters, and what the heuristic keeps, after the last round.
    var final: [String: [Double]]

    var testDescription: String { heuristics.joined(separator: " ") }
  }
  var seed: UInt64
  var batchSize: Int
  var rounds: Int
  var rate: Double
  var cases: [Case]

  static func read() throws -> HeuristicReference {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/heuristics.json")
    return try JSONDecoder().decode(HeuristicReference.self, from: Data(contentsOf: file))
  }
}

@Suite("Heuristics against PyTorch")
struct HeuristicReferenceTests {
  private func gan(_ known: HeuristicReference.Case) throws -> GAN {
    let registry = try Registry.builtIn()
    var gan = GAN(latent: .normal(2)) {
      Generator {
        Dense(known.images ? 48 : 8)
        if known.images {
          Reshape([4, 4, 3])
        } else {
          Tanh()
          Dense(2)
        }
      }
      Discriminator {
        if known.images { Flatten() }
        Dense(8)
        LeakyReLU(0.2)
        Dense(1)
      }
      AlternatingUpdates()
    }
    gan.loss = try #require(try registry.component(parsing: known.loss) as? any Loss)
    gan.heuristics = try known.heuristics.map { try #require(try registry.component(parsing: $0) as? any Heuristic) }
    return gan
  }

  @Test("Three rounds of a whole GAN", arguments: try HeuristicReference.read().cases)
  func rounds(known: HeuristicReference.Case) throws {
    let reference = try HeuristicReference.read()
    var gan = try gan(known)
    gan.optimizers = [SGD(learningRate: reference.rate).for(.generator), SGD(learningRate: reference.rate).for(.discriminator)]
    let data = FixedBatches(known.batches.map { $0.map { Float($0) } }, size: known.images ? 48 : 2, shape: known.images ? [4, 4, 3] : nil)
    let trainer = try Trainer(gan, data: data, batchSize: reference.batchSize, seed: reference.seed)
    let state = trainer.state.mapped { path, tensor in
      // Second sets of weights begin as copies.
      var own = path
      if case .shadow(let network, _, let rest)? = StatePath(path) { own = StatePath.parameter(network: network, path: rest).description }
      guard let values = known.initial[own] else { return tensor }
      return Tensor(values.map { Float($0) }, shape: tensor.shape)
    }
    #expect(known.initial.keys.allSatisfy { state[$0] != nil })
    try trainer.restore(state: state, step: 0, history: History())
    try trainer.run(until: reference.rounds)
    var worst = (path: "", distance: 0.0)
    for (path, numbers) in known.final {
      let values = try #require(trainer.state[path], "\(path)").doubles()
      #expect(values.count == numbers.count)
      for (value, number) in zip(values, numbers) where !(abs(value - number) <= worst.distance) { worst = (path, abs(value - number)) }
    }
    #expect(worst.distance < 1e-5, "\(worst.path) is off by \(worst.distance)")
  }

  @Test("Without the heuristic the numbers are others", arguments: try HeuristicReference.read().cases)
  func absence(known: HeuristicReference.Case) throws {
    let reference = try HeuristicReference.read()
    var gan = try gan(known)
    guard gan.heuristics.count == 1, gan.heuristics[0].name != "packing" else { return }
    gan.heuristics = []
    gan.optimizers = [SGD(learningRate: reference.rate).for(.generator), SGD(learningRate: reference.rate).for(.discriminator)]
    let data = FixedBatches(known.batches.map { $0.map { Float($0) } }, size: known.images ? 48 : 2, shape: known.images ? [4, 4, 3] : nil)
    let trainer = try Trainer(gan, data: data, batchSize: reference.batchSize, seed: reference.seed)
    let state = trainer.state.mapped { path, tensor in
      known.initial[path].map { Tensor($0.map { Float($0) }, shape: tensor.shape) } ?? tensor
    }
    try trainer.restore(state: state, step: 0, history: History())
    try trainer.run(until: reference.rounds)
    let isOther = try known.final.contains { path, numbers in
      try zip(trainer.state[path]?.doubles() ?? [], numbers).contains { abs($0 - $1) > 1e-4 }
    }
    #expect(isOther)
  }
}
