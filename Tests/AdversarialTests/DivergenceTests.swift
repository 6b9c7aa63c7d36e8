import Foundation
import Rival
import Testing

/// Numbers that are no longer finite end a run with a failure, not with a crash.
@Suite("Divergence")
struct DivergenceTests {
  private func diverging() throws -> Trainer {
    var gan = ringGAN(loss: LeastSquaresLoss())
    gan.optimizers = [SGD(learningRate: 1e20).for(.generator), SGD(learningRate: 1e20).for(.discriminator)]
    return try Trainer(gan, data: RingOfGaussians(modes: 8), batchSize: 8)
  }

  @Test func aHugeLearningRate() throws {
    let trainer = try diverging()
    guard case .stopped(let failure) = try trainer.run(until: 50) else {
      Issue.record("the run does not stop")
      return
    }
    #expect(failure.step == trainer.step)
    #expect(failure.step < 5)
    #expect(trainer.history.names.contains(failure.record))
    #expect(!failure.value.isFinite)
    let origin = try #require(failure.origin)
    #expect(origin.step <= failure.step && origin.count >= 1)
    #expect(failure.description.hasPrefix("diverged: \(failure.record) is "))
    #expect(failure.description.hasSuffix(" in round \(failure.step); the first value that is not finite: \(origin)"))
  }

  @Test func noFurtherRoundIsPlayed() throws {
    let trainer = try diverging()
    try trainer.run(until: 50)
    let step = trainer.step
    let before = try image(trainer)
    #expect(try trainer.advance() != nil)
    try trainer.run(until: 60)
    #expect(trainer.step == step)
    #expect(trainer.history.steps.count == step)
    #expect(try image(trainer) == before)
  }

  @Test("A failure equals itself and can be coded, whatever its value", arguments: [Double.nan, .infinity, -.infinity])
  func coding(value: Double) throws {
    let origin = NonFinite.first(in: [.init(name: "generator/00_dense/weight", role: .gradient, values: [.nan])], step: 2)
    let failure = NumericFailure(step: 3, record: "generator.loss", value: value, origin: origin)
    let again = try JSONDecoder().decode(NumericFailure.self, from: JSONEncoder().encode(failure))
    #expect(again == failure)
    #expect(RunOutcome.stopped(again) == .stopped(failure))
    #expect(again != NumericFailure(step: 3, record: "generator.loss", value: 1, origin: origin))
    #expect(again != NumericFailure(step: 3, record: "generator.loss", value: value))
  }

  @Test func restoringASoundStateGoesOn() throws {
    let trainer = try diverging()
    let sound = trainer.state
    try trainer.run(until: 50)
    try trainer.restore(state: sound, step: 0, history: History())
    #expect(trainer.failure == nil)
    try trainer.advance()
    #expect(trainer.step == 1)
  }

  @Test func theCallerStopsARun() throws {
    let trainer = try Trainer(ringGAN(), data: RingOfGaussians(modes: 8), batchSize: 8)
    guard case .interrupted = try trainer.run(until: 9, afterRound: { $0.step < 3 }) else {
      Issue.record("the run is not interrupted")
      return
    }
    #expect(trainer.step == 3)
    guard case .completed = try trainer.run(until: 3) else {
      Issue.record("a run that is already there is not complete")
      return
    }
  }
}
