import Foundation
import Rival
import Testing

/// The first value that is not finite is named, with its round; and a run gets over it where it is allowed to.
@Suite("Where a failure begins")
struct FailureOriginTests {
  /// The NaN stands in one gradient; the loss shows it later. 137 lies behind a copy of the state, 42 before the first, 0 at the start.
  @Test("A gradient that is poisoned in a known round", arguments: [0, 42, 100, 137])
  func gradient(step: Int) throws {
    for (path, value, kind) in [("02_dense/weight", Float.nan, NonFinite.Kind.nan), ("00_dense/bias", .infinity, .overflow)] {
      let gan = ringGAN([Poison(player: .generator, path: path, steps: step...step, value: value)])
      let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
      try trainer.run(until: step + 10)
      let failure = try #require(trainer.failure)
      let origin = try #require(failure.origin)
      // The generator moves last, so its next loss is the first record that shows it, a round later.
      #expect(failure.step == step + 2)
      #expect(origin.step == step + 1 && origin.role == .gradient && origin.kind == kind, "\(origin)")
      #expect(origin.name == "generator/\(path) after poison")
      #expect(origin.index == 0 && origin.count == 1)
      #expect(RunRecord(trainer).failure == failure)
      #expect(Diagnosis(RunRecord(trainer)).verdict == .numeric)
    }
  }

  @Test("A run that was resumed names the same")
  func resumed() throws {
    let gan = ringGAN([Poison(player: .discriminator, path: "00_dense/weight", steps: 137...137, value: .nan)])
    let whole = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
    let part = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
    try part.run(until: 120)
    var registry = try Registry.builtIn()
    try registry.register(Poison.self)
    let again = try Trainer(contents: part.checkpoint(), registry: registry)
    try whole.run(until: 300)
    try again.run(until: 300)
    #expect(whole.failure?.origin?.name == "discriminator/00_dense/weight after poison")
    #expect(whole.failure?.origin?.step == 138)
    #expect(again.failure == whole.failure && again.failure != nil)
  }

  @Test("A value that no loss shows is found all the same", arguments: [[], [Rollback()]] as [[any Heuristic]])
  func hidden(recovery: [any Heuristic]) throws {
    let gan = ringGAN([Hiding(), ExponentialMovingAverage(decay: 0.9)] + recovery)
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
    try trainer.run(until: 150)
    let failure = try #require(recovery.isEmpty ? trainer.failure : trainer.recoveries.first?.failure)
    #expect(failure.step == 100 && failure.record == "generator_ema/params/00_dense/weight" && failure.value.isNaN)
    #expect(failure.origin?.step == 58 && failure.origin?.name == failure.record)
    #expect(trainer.step == (recovery.isEmpty ? 100 : 150))
    // At a run's end too.
    let short = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
    try short.run(until: 60)
    #expect(short.failure?.step == 60 && short.recoveries.isEmpty)
  }

  @Test("Layers, losses and samples are named too")
  func otherRoles() throws {
    let batches = [[Float]](repeating: [0.5, 1, -1, 0.25], count: 3) + [[1, .nan, 0, 0]] + [[Float]](repeating: [1, 1, 1, 1], count: 9)
    // Two batches a round.
    let trainer = try Trainer(ringGAN(), data: FixedBatches(batches, size: 2), batchSize: 2, seed: 1)
    try trainer.run(until: 10)
    let sample = try #require(trainer.failure?.origin)
    #expect(sample.role == .sample && sample.name == "batch 1" && sample.step == 2 && sample.index == 1, "\(sample)")

    var gan = ringGAN()
    gan.discriminator = Sequential {
      Dense(4)
      Overflowing()
      Dense(1)
    }
    let layer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 1)
    try layer.run(until: 10)
    let activation = try #require(layer.failure?.origin)
    #expect(activation.role == .activation && activation.name == "discriminator/01_overflowing" && activation.step == 1)
    #expect(activation.kind == .overflow)
  }

  @Test("A rollback goes on with smaller steps from the last good state, within its budget")
  func rollback() throws {
    let poison = Poison(player: .generator, path: "00_dense/weight", steps: 137...137, value: .nan)
    let trainer = try Trainer(ringGAN([poison, Rollback()]), data: RingOfGaussians(), batchSize: 8, seed: 3)
    #expect(try trainer.run(until: 200) == .completed)
    #expect(trainer.recoveries.count == 1)
    #expect(trainer.recoveries.first?.step == 100 && trainer.recoveries.first?.failure.step == 139)
    #expect(trainer.history["rollback.used"]?.last == 1 && trainer.history["rollback.used"]?[138] == 0)
    #expect(try trainer.state["heuristics/rollback/factor"]?.scalars() == [0.5])
    #expect(try trainer.state.tensors.allSatisfy { try $0.scalars().allSatisfy(\.isFinite) })

    let hopeless = Poison(player: .generator, path: "00_dense/weight", steps: 137...100_000, value: .nan)
    let lost = try Trainer(ringGAN([hopeless, Rollback(budget: 2)]), data: RingOfGaussians(), batchSize: 8, seed: 3)
    guard case .stopped = try lost.run(until: 300) else {
      Issue.record("a run without budget goes on")
      return
    }
    #expect(lost.recoveries.count == 2)
    #expect(lost.failure?.origin?.name == "generator/00_dense/weight after poison")
  }

  @Test("A halved rate halves the next step")
  func halvedStep() throws {
    func change(_ factor: Float) throws -> [Float] {
      var gan = ringGAN([Rollback(budget: 3, learningRateFactor: 0.5)])
      gan.updateRule = AlternatingUpdates()
      gan.optimizers = [SGD(learningRate: 0.125).for(.generator), SGD(learningRate: 0.125).for(.discriminator)]
      let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
      var state = trainer.state
      if factor < 1 { state["heuristics/rollback/used"] = Tensor(int32: [1], shape: []) }
      state["heuristics/rollback/factor"] = Tensor([factor], shape: [])
      try trainer.restore(state: state, step: 0, history: History())
      let before = try #require(trainer.state["discriminator/params/00_dense/weight"]).scalars()
      try trainer.advance()
      return zip(try #require(trainer.state["discriminator/params/00_dense/weight"]).scalars(), before).map { Float($0 - $1) }
    }
    for (whole, half) in zip(try change(1), try change(0.5)) { #expect(abs(whole / 2 - half) <= 1e-6) }
  }

  @Test("Resumed between the last good state and the failure, a rollback goes back to the same state")
  func rollbackAfterResume() throws {
    let poison = Poison(player: .generator, path: "00_dense/weight", steps: 137...137, value: .nan)
    let gan = ringGAN([poison, Rollback()])
    let whole = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
    try whole.run(until: 180)
    var registry = try Registry.builtIn()
    try registry.register(Poison.self)
    for stop in [100, 120, 138, 150] {
      let part = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
      try part.run(until: stop)
      let again = try Trainer(contents: part.checkpoint(), registry: registry)
      try again.run(until: 180)
      #expect(try image(again) == image(whole), "stopped at \(stop)")
    }
  }

  @Test("A rollback that is not needed changes nothing")
  func rollbackIsIdle() throws {
    let plain = try Trainer(ringGAN(), data: RingOfGaussians(), batchSize: 8, seed: 3)
    let guarded = try Trainer(ringGAN([Rollback()]), data: RingOfGaussians(), batchSize: 8, seed: 3)
    try plain.run(until: 150)
    try guarded.run(until: 150)
    for (path, tensor) in plain.state { #expect(try guarded.state[path]?.scalars() == tensor.scalars(), "\(path)") }
  }
}

/// Puts NaN into the average of the generator, which training does not see.
struct Hiding: Heuristic {
  static let name = "hiding"
  static let summary = "NaN where no loss shows it."

  func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters {
    guard player == .generator else { return parameters }
    let isThere = round.step.isGreater(than: 56.5)
    let average = try round.shadow("ema", of: player)
    try round.setShadow(
      "ema", of: player,
      to: average.mapped { path, tensor in
        let zero = tensor * 0
        return select(isThere, zero / zero, tensor)
      })
    return parameters
  }
}

/// Puts one value into the gradient of one parameter, in some rounds.
struct Poison: Heuristic {
  static let name = "poison"
  static let summary = "A value that is not finite in a gradient."
  var player = "generator"
  var path = ""
  var first = 0
  var last = 0
  var overflows = false

  init() {}
  init(player: Player, path: String, steps: ClosedRange<Int>, value: Float) {
    self.player = "\(player)"
    self.path = path
    (first, last) = (steps.lowerBound, steps.upperBound)
    overflows = value == .infinity
  }

  func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters {
    guard "\(player)" == self.player else { return gradient }
    let step = round.step.converted(to: .float32)
    // 1/0 in those rounds, and 0 · (1/0) where NaN is wanted; 0 elsewhere.
    let inside = select(
      step.isGreater(than: Double(first) - 0.5),
      select(step.isGreater(than: Double(last) + 0.5), Tensor([0], shape: []), Tensor([1], shape: [])),
      Tensor([0], shape: []))
    let infinity = 1 / (1 - inside)
    let poison = select(inside.isGreater(than: 0.5), overflows ? infinity : infinity - infinity, Tensor([0], shape: []))
    return gradient.mapped { path, tensor in
      guard path == self.path else { return tensor }
      let size = tensor.shape.elementCount
      let mask = Tensor([1] + Array(repeating: Float(0), count: size - 1), shape: tensor.shape)
      return tensor + select(mask.isGreater(than: 0.5), poison.broadcast(to: tensor.shape), Tensor.zeros(tensor.shape))
    }
  }
}

/// x · 10³⁸ · 10³⁸.
struct Overflowing: Layer {
  static let name = "overflowing"
  static let summary = "Overflows."
  func callAsFunction(_ input: Tensor, in scope: Scope) throws -> Tensor { input * 1e38 * 1e38 + 0 }
}
