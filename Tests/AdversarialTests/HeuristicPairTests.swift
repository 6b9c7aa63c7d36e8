import Adversarial
import Foundation
import Rival
import RivalTesting
import Testing

/// Heuristics two at a time, and all that keep something at once.
@Suite("Pairs of heuristics")
struct HeuristicPairTests {
  static let heuristics = (try? HeuristicPairs.all(Registry.builtIn())) ?? []

  @Test func everyHeuristicIsPaired() {
    #expect(Self.heuristics.map(\.name) == BuiltInHeuristics.types.map { $0.name })
  }

  /// Some round to stop at, another one for each pair.
  private func stop(_ first: any Heuristic, _ second: any Heuristic) -> Int {
    1 + Int(Key(seed: 5).derived(first.name).derived(second.name).uniform(element: 0) * 8.99)
  }

  @Test("Every pair that is not refused trains ten rounds, and goes on from a random one", arguments: Array(heuristics.indices))
  func pairs(index: Int) throws {
    let first = Self.heuristics[index]
    for second in Self.heuristics[index...] {
      let gan = HeuristicPairs.gan([first, second])
      guard !gan.review().contains(where: { $0.severity == .error }) else {
        #expect(throws: CompositionError.self) { try Trainer(gan, data: HeuristicPairs.data, batchSize: 4) }
        continue
      }
      let trainer = try Trainer(gan, data: HeuristicPairs.data, batchSize: 4, seed: 3)
      let stop = stop(first, second)
      try trainer.run(until: stop)
      let (state, history) = (trainer.state, trainer.history)
      try trainer.run(until: 10)
      let end = trainer.state
      #expect(trainer.failure == nil && trainer.step == 10, "\(first.name), \(second.name)")
      #expect(try trainer.firstNonFinitePath() == nil, "\(first.name), \(second.name)")
      try trainer.restore(state: state, step: stop, history: history)
      try trainer.run(until: 10)
      for (path, tensor) in end {
        let again = try #require(trainer.state[path])
        #expect(try tensor.withBytes { left in try again.withBytes { left.elementsEqual($0) } }, "\(first.name), \(second.name): \(path)")
      }
    }
  }

  /// All that keep something between rounds and do not exclude each other.
  private func stateful() throws -> [any Heuristic] {
    var chosen: [any Heuristic] = []
    for heuristic in Self.heuristics {
      let trainer = try Trainer(HeuristicPairs.gan([heuristic]), data: HeuristicPairs.data, batchSize: 4, seed: 3)
      let keeps = trainer.state.contains { entry in
        switch StatePath(entry.path) {
        case .heuristic, .shadow: true
        case .parameter: entry.path.hasSuffix("_gain")
        default: false
        }
      }
      guard keeps, !HeuristicPairs.gan(chosen + [heuristic]).review().contains(where: { $0.severity == .error }) else { continue }
      chosen.append(heuristic)
    }
    return chosen
  }

  @Test("All heuristics that keep something at once: resumed from a file, and no field can be lost")
  func everythingKept() throws {
    let chosen = try stateful()
    #expect(chosen.count >= 12, "\(chosen.map(\.name))")
    let report = try ResumeConformance.report(
      HeuristicPairs.gan(chosen), data: HeuristicPairs.data, batchSize: 4, seed: 3, before: stop(chosen[0], chosen[1]), after: 9)
    #expect(report.violations == [])
    // What has no effect until a run fails, the one singular vector of a matrix with one column, what one hook leaves for another of the round,
    // and what counts near a threshold only (below).
    let explained: Set = [
      "heuristics/rollback/factor", "heuristics/spectral-normalization/discriminator/03_dense/weight",
      "heuristics/discriminator-skipping/rests",
      "heuristics/discriminator-skipping/accuracy", "heuristics/adaptive-augmentation/signs", "heuristics/pseudo-augmentation/signs",
    ]
    // Nothing but sampling reads the average.
    let unread = report.silent.filter { !$0.hasPrefix("generator_ema/") && !explained.contains($0) }
    #expect(unread == [], "\(unread)")
  }

  @Test("A discriminator that was right on the batch before rests, and its optimizer with it", arguments: [false, true])
  func rest(wasRight: Bool) throws {
    let trainer = try Trainer(HeuristicPairs.gan([DiscriminatorSkipping(limit: 0.99)]), data: HeuristicPairs.data, batchSize: 4, seed: 3)
    try trainer.run(until: 3)
    let before = trainer.state.mapped { $0 == "heuristics/discriminator-skipping/accuracy" ? Tensor([wasRight ? 1 : 0.5], shape: []) : $1 }
    try trainer.restore(state: before, step: 3, history: trainer.history)
    try trainer.advance()
    for (path, tensor) in before where path.hasPrefix("discriminator/") || path.hasPrefix("optimizers/discriminator/") {
      #expect(try (trainer.state[path]?.scalars() == tensor.scalars()) == wasRight, "\(path)")
    }
    #expect(try trainer.state["generator/params/00_dense/weight"]?.scalars() != before["generator/params/00_dense/weight"]?.scalars())
  }

  @Test("The probability follows the signs of both batches of its interval", arguments: [-3, 3])
  func signs(sum: Int) throws {
    let adaptive = PseudoAugmentation(target: 0, interval: 2, rampImages: 80)
    let trainer = try Trainer(HeuristicPairs.gan([adaptive]), data: HeuristicPairs.data, batchSize: 4, seed: 3)
    try trainer.advance()
    let path = "heuristics/pseudo-augmentation/"
    #expect(try trainer.state[path + "batches"]?.scalars() == [1])
    let values: [String: Float] = ["signs": Float(sum), "probability": 0.5]
    let before = trainer.state.mapped { name, tensor in values[String(name.dropFirst(path.count))].map { Tensor([$0], shape: []) } ?? tensor
    }
    try trainer.restore(state: before, step: 1, history: trainer.history)
    try trainer.advance()
    // 2 batches of 4 of 80 images.
    let probability = try #require(trainer.state[path + "probability"]?.scalars().first)
    #expect(abs(probability - (sum > 0 ? 0.6 : 0.4)) < 1e-6)
    #expect(try trainer.state[path + "batches"]?.scalars() == [0])
    #expect(try trainer.state[path + "signs"]?.scalars() == [0])
  }

  /// As path length regularization, but it forgets to keep its mean.
  private struct Forgetful: Heuristic {
    static let name = "forgetful"
    static let summary = "Declares a mean and never moves it."
    func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
      let mean = try round.persistent("mean", initial: .zeros([]))
      try round.setPersistent("mean", to: mean + 1)
      return nil
    }
  }

  @Test("A field that is kept but not read is found")
  func forgottenField() throws {
    var registry = try Registry.builtIn()
    try registry.register(Forgetful.self)
    let report = try ResumeConformance.report(
      HeuristicPairs.gan([Forgetful(), Lookahead(steps: 2)]), data: HeuristicPairs.data, batchSize: 4, seed: 3, registry: registry)
    #expect(report.silent == ["heuristics/forgetful/mean"])
  }

  @Test("Docs/heuristic-pairs.md is what the parts say")
  func page() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Docs/heuristic-pairs.md")
      .standardized
    let page = HeuristicPairs.page(Self.heuristics)
    if ProcessInfo.processInfo.environment["RIVAL_RECORD"] != nil { try page.write(to: file, atomically: true, encoding: .utf8) }
    #expect(try String(contentsOf: file, encoding: .utf8) == page, "write it anew with RIVAL_RECORD=1")
  }
}
