import Foundation
import Rival
import Testing

/// Numbers of Fixtures/losses.json, which Tests/Reference/make_loss_references.py writes with PyTorch.
struct LossReferences: Decodable, Sendable {
  struct Numbers: Decodable, Sendable {
    var shape: [Int]
    var values: [Double]
    var tensor: Tensor { Tensor(float64: values, shape: Shape(shape)) }
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var loss: String
    var real: Numbers
    var fake: Numbers
    var d: Double
    var g: Double
    var dReal: Numbers
    var dFake: Numbers
    var gFake: Numbers
    var testDescription: String { loss }
  }

  struct Bound: Decodable, Sendable, CustomTestStringConvertible {
    var loss: String
    var divergence: Double
    var optimum: [Double]
    var points: [Int]
    var generated: [Int]
    var testDescription: String { loss }
  }

  struct Evaluated: Decodable, Sendable, CustomTestStringConvertible {
    var loss: String
    var d: Double
    var g: Double
    var realLogits: Numbers
    var fakeLogits: Numbers
    var dReal: Numbers
    var dFake: Numbers
    var gFake: Numbers
    var real: Numbers?
    var fake: Numbers?
    var code: Numbers?
    var k: Double?
    var newK: Double?
    var realLabels: [Int32]?
    var fakeLabels: [Int32]?
    var classes: Int?
    var testDescription: String { loss }
  }

  struct Term: Decodable, Sendable, CustomTestStringConvertible {
    var term: String
    var classes: Int
    var realFeatures: Numbers
    var fakeFeatures: Numbers
    var realLabels: [Int32]
    var fakeLabels: [Int32]
    var latents: Numbers?
    var realMap: Numbers?
    var fakeMap: Numbers?
    var parameters: [String: Numbers]
    var d: Double?
    var g: Double
    var dReal: Numbers?
    var dFake: Numbers?
    var gFake: Numbers
    var testDescription: String { term }
  }

  struct Rotation: Decodable, Sendable {
    var term: String
    var real: Numbers
    var fake: Numbers
    var parameters: [String: Numbers]
    var d: Double
    var g: Double
    var gFake: Numbers
  }

  var losses: [Case]
  var bounds: [Bound]
  var evaluated: [Evaluated]
  var terms: [Term]
  var rotation: Rotation

  static let all: LossReferences = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/losses.json")
    do {
      return try JSONDecoder().decode(LossReferences.self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path): \(error)")
    }
  }()
}

@Suite("Losses and terms against PyTorch")
struct LossReferenceTests {
  private func near(_ value: Double, _ reference: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs(value - reference) <= tolerance * max(1, abs(reference))
  }

  private func expectNear(
    _ scalar: Tensor, _ reference: Double, tolerance: Double = 1e-9, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let value = try scalar.item()
    #expect(near(value, reference, tolerance), "\(value), not \(reference)", sourceLocation: sourceLocation)
  }

  private func expectNear(_ tensor: Tensor, _ numbers: LossReferences.Numbers, _ what: String) throws {
    let values = try tensor.doubles()
    #expect(tensor.shape.dimensions == numbers.shape, "\(what)")
    #expect(zip(values, numbers.values).allSatisfy { near($0, $1, 1e-8) }, "\(what): \(values), not \(numbers.values)")
  }

  private func loss(_ specification: String) throws -> any Loss {
    try #require(try Registry.builtIn().component(parsing: specification) as? any Loss)
  }

  private func targets(_ shape: Shape) -> Targets {
    Targets(real: .ones(shape, dtype: .float64), fake: .zeros(shape, dtype: .float64))
  }

  @Test("The fixture holds every loss, and every term that is a heuristic")
  func isComplete() {
    func names(_ specifications: [String]) -> Set<String> { Set(specifications.map { String($0.prefix { $0 != ":" }) }) }
    let all = LossReferences.all
    #expect(Set(BuiltInLosses.types.map { $0.name }) == names(all.losses.map(\.loss)))
    let terms = BuiltInLosses.terms.filter { $0 is any Heuristic.Type }.map { $0.name }
    #expect(Set(terms) == names(all.terms.map(\.term) + [all.rotation.term]))
  }

  @Test("Values and derivatives of losses of logits", arguments: LossReferences.all.losses)
  func values(reference: LossReferences.Case) throws {
    let loss = try loss(reference.loss)
    let (real, fake) = (reference.real.tensor, reference.fake.tensor)
    let d = loss.discriminatorLoss(real: Logits(real), fake: Logits(fake), targets: targets(real.shape))
    let g = loss.generatorLoss(real: Logits(real), fake: Logits(fake))
    try expectNear(d, reference.d)
    try expectNear(g, reference.g)
    try expectNear(gradient(of: d, at: real), reference.dReal, "D's slope at real logits")
    try expectNear(gradient(of: d, at: fake), reference.dFake, "D's slope at generated logits")
    try expectNear(gradient(of: g, at: fake), reference.gFake, "G's slope")
  }

  @Test("The best discriminator's bound is the divergence of two known distributions", arguments: LossReferences.all.bounds)
  func bound(reference: LossReferences.Bound) throws {
    let loss = try #require(try loss(reference.loss) as? FDivergenceLoss)
    func batch(_ counts: [Int]) -> Tensor {
      let values = zip(reference.optimum, counts).flatMap { Array(repeating: $0, count: $1) }
      return Tensor(float64: values, shape: [values.count, 1])
    }
    let (real, fake) = (batch(reference.points), batch(reference.generated))
    let value = loss.discriminatorLoss(real: Logits(real), fake: Logits(fake), targets: targets(real.shape))
    try expectNear(-value, reference.divergence, tolerance: 1e-6)
    // No other output of the discriminator is better, at any of the points.
    let slopes = try gradient(of: value, at: [real, fake]).map { try $0.doubles() }
    var places = (0, 0)
    for (count, other) in zip(reference.points, reference.generated) {
      let total =
        slopes[0][places.0..<(places.0 + count)].reduce(0, +) + slopes[1][places.1..<(places.1 + other)].reduce(0, +)
      #expect(abs(total) < 1e-6)
      places = (places.0 + count, places.1 + other)
    }
    // T at ratio 1 is the threshold.
    let middle = try loss.activationAtRatioOne(reference.optimum[1])
    if !reference.loss.contains("total-variation") { #expect(near(middle, loss.threshold, 1e-6)) }
  }

  @Test(
    "A shift of all outputs changes no relativistic loss",
    arguments: LossReferences.all.losses.filter { $0.loss.hasPrefix("relativistic") || $0.loss == "wasserstein" })
  func shift(reference: LossReferences.Case) throws {
    let loss = try loss(reference.loss)
    let (real, fake) = (reference.real.tensor + 7.25, reference.fake.tensor + 7.25)
    let d = loss.discriminatorLoss(real: Logits(real), fake: Logits(fake), targets: targets(real.shape))
    try expectNear(d, reference.d)
    if reference.loss != "wasserstein" { try expectNear(loss.generatorLoss(real: Logits(real), fake: Logits(fake)), reference.g) }
  }

  @Test(
    "Embeddings that are turned and moved are as far apart as before",
    arguments: LossReferences.all.losses.filter { $0.loss.hasPrefix("mmd-loss") })
  func motion(reference: LossReferences.Case) throws {
    guard reference.real.shape[1] == 3 else { return }
    let (c, s) = (0.6, 0.8)
    let turn = Tensor(float64: [c, s, 0, -s, c, 0, 0, 0, 1], shape: [3, 3])
    let loss = try loss(reference.loss)
    let (real, fake) = (matmul(reference.real.tensor, turn) - 2, matmul(reference.fake.tensor, turn) - 2)
    try expectNear(loss.generatorLoss(real: Logits(real), fake: Logits(fake)), reference.g)
  }

  /// A round of a small game with labels, in float64, whose state has some values of the reference's.
  private func round(_ gan: GAN, _ values: [String: LossReferences.Numbers], fields: [Field]) throws -> Round {
    let game = try gan.game(fields: fields, seed: 1)
    var state = try game.initialState().mapped { $1.converted(to: .float64) }
    for (path, numbers) in values {
      let declared = try #require(state[path], "there is no '\(path)' among \(state.paths)")
      #expect(declared.shape.dimensions == numbers.shape, "\(path)")
      state[path] = numbers.tensor
    }
    return Round(game: game, state: state, step: Tensor(int32: [0], shape: []), batches: [], batchSize: 5, seed: 1, isTraining: true)
  }

  private func labels(_ values: [Int32]?, _ classes: Int?) -> Batch {
    guard let values, let classes else { return [] }
    return [Batch.Entry(Field("label", classes: classes), Tensor(int32: values))]
  }

  @Test("Losses that look at more than logits", arguments: LossReferences.all.evaluated)
  func evaluated(reference: LossReferences.Evaluated) throws {
    let loss = try loss(reference.loss)
    let (x, y) = (reference.realLogits.tensor, reference.fakeLogits.tensor)
    let (real, fake) = (Images(reference.real?.tensor ?? x), Images(reference.fake?.tensor ?? y))
    let taps = reference.code.map { [Tap(path: "00_reconstruction_score/code", feature: $0.tensor)] } ?? []
    let (realGiven, fakeGiven) = (labels(reference.realLabels, reference.classes), labels(reference.fakeLabels, reference.classes))
    let gan = GAN(latent: .normal(3)) {
      Generator { Dense(2) }
      Discriminator {
        ReconstructionScore {
          Dense(1)
        } decoder: {
          Dense(2)
        }
      }
      loss
      SGD()
      SimultaneousUpdates()
    }
    var round = try round(gan, [:], fields: [Field("samples", shape: [2])])
    if let k = reference.k {
      var state = round.state
      state["heuristics/\(loss.name)/k"] = Tensor(k, dtype: .float64)
      round = Round(
        game: round.game, state: state, step: Tensor(int32: [0], shape: []), batches: [], batchSize: 5, seed: 1, isTraining: true)
    }
    let own = DiscriminatorEvaluation(
      real: real, fake: fake, realLogits: Logits(x), fakeLogits: Logits(y), realTaps: taps, fakeTaps: taps, targets: targets(x.shape),
      realConditions: realGiven, fakeConditions: fakeGiven)
    let other = GeneratorEvaluation(
      latents: Latents(y), samples: fake, fake: fake, fakeLogits: Logits(y), fakeTaps: taps, fakeConditions: fakeGiven,
      realConditions: realGiven, real: { (real, Logits(x), taps) })
    let (d, g) = try round.keepingState(of: loss) {
      (try loss.discriminatorLoss(own, in: round), try loss.generatorLoss(other, in: round))
    }
    try expectNear(d, reference.d)
    try expectNear(g, reference.g)
    try expectNear(gradient(of: d, at: x), reference.dReal, "D's slope at real logits")
    try expectNear(gradient(of: d, at: y), reference.dFake, "D's slope at generated logits")
    try expectNear(gradient(of: g, at: y), reference.gFake, "G's slope")
    if let newK = reference.newK { try expectNear(try #require(round.state["heuristics/\(loss.name)/k"]), newK) }
  }

  @Test("Terms by networks of their own", arguments: LossReferences.all.terms)
  func terms(reference: LossReferences.Term) throws {
    let heuristic = try #require(try Registry.builtIn().component(parsing: reference.term) as? any Heuristic)
    let isImage = reference.realMap != nil
    let samples = isImage ? [2, 2, 1] : [2]
    let gan = GAN(latent: .normal(7)) {
      Generator {
        Dense(samples.reduce(1, *))
        Reshape(samples)
      }
      Discriminator {
        if isImage {
          Conv2D(3, kernel: 1)
          Flatten()
        }
        Dense(6)
        Tanh()
        Dense(1)
      }
      HingeLoss()
      SGD()
      SimultaneousUpdates()
      heuristic
    }
    let round = try round(
      gan, reference.parameters, fields: [Field("samples", shape: samples), Field("label", classes: reference.classes)])
    let (x, y) = (reference.realFeatures.tensor, reference.fakeFeatures.tensor)
    func taps(_ features: Tensor, _ map: LossReferences.Numbers?) -> [Tap] {
      (map.map { [Tap(path: "00_conv2d", feature: $0.tensor)] } ?? []) + [Tap(path: isImage ? "03_tanh" : "01_tanh", feature: features)]
    }
    let (realTaps, fakeTaps) = (taps(x, reference.realMap), taps(y, reference.fakeMap))
    let logits = Logits(Tensor.zeros([5, 1], dtype: .float64))
    let (realGiven, fakeGiven) = (labels(reference.realLabels, reference.classes), labels(reference.fakeLabels, reference.classes))
    let own = DiscriminatorEvaluation(
      real: Images(x), fake: Images(y), realLogits: logits, fakeLogits: logits, realTaps: realTaps, fakeTaps: fakeTaps,
      targets: targets([5, 1]), realConditions: realGiven, fakeConditions: fakeGiven)
    let other = GeneratorEvaluation(
      latents: Latents(reference.latents?.tensor ?? y), samples: Images(y), fake: Images(y), fakeLogits: logits, fakeTaps: fakeTaps,
      fakeConditions: fakeGiven, realConditions: realGiven, real: { (Images(x), logits, realTaps) })
    let d = try heuristic.discriminatorTerm(own, in: round)
    let g = try #require(try heuristic.generatorTerm(other, in: round))
    #expect((d == nil) == (reference.d == nil))
    if let d, let expected = reference.d {
      try expectNear(d, expected)
      try expectNear(gradient(of: d, at: x), try #require(reference.dReal), "D's slope at real features")
      try expectNear(gradient(of: d, at: y), try #require(reference.dFake), "D's slope at generated features")
    }
    try expectNear(g, reference.g)
    try expectNear(gradient(of: g, at: y), reference.gFake, "G's slope")
  }

  @Test("Turned images, with images as features")
  func rotation() throws {
    let reference = LossReferences.all.rotation
    let heuristic = try #require(try Registry.builtIn().component(parsing: reference.term) as? any Heuristic)
    let gan = GAN(latent: .normal(4)) {
      Generator { Reshape([2, 2, 1]) }
      Discriminator {
        Flatten()
        Dense(1)
      }
      HingeLoss()
      SGD()
      SimultaneousUpdates()
      heuristic
    }
    let round = try round(gan, reference.parameters, fields: [Field("image", shape: [2, 2, 1])])
    let (x, y) = (reference.real.tensor, reference.fake.tensor)
    let logits = Logits(Tensor.zeros([3, 1], dtype: .float64))
    let own = DiscriminatorEvaluation(
      real: Images(x), fake: Images(y), realLogits: logits, fakeLogits: logits, realTaps: [], fakeTaps: [], targets: targets([3, 1]))
    let other = GeneratorEvaluation(
      latents: Latents(y), samples: Images(y), fake: Images(y), fakeLogits: logits, fakeTaps: [], real: { (Images(x), logits, []) })
    try expectNear(try #require(try heuristic.discriminatorTerm(own, in: round)), reference.d)
    let g = try #require(try heuristic.generatorTerm(other, in: round))
    try expectNear(g, reference.g)
    try expectNear(gradient(of: g, at: y), reference.gFake, "G's slope")
  }
}

extension FDivergenceLoss {
  /// T where the discriminator's output is v: minus the loss of a generator that is not to saturate.
  fileprivate func activationAtRatioOne(_ v: Double) throws -> Double {
    let output = Logits(Tensor(float64: [v], shape: [1, 1]))
    return -(try generatorLoss(real: output, fake: output).item())
  }
}
