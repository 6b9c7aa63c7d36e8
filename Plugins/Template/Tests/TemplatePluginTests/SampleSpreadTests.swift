import Rival
import RivalTesting
import TemplatePlugin
import Testing

/// A diagnostic of one's own speaks in a diagnosis like a built-in one.
@Suite struct SampleSpreadTests {
  @Test func conformance() throws {
    #expect(try DiagnosticConformance.check(SampleSpread()) == [])
  }

  /// A generator whose samples are one point spreads not at all.
  @Test func aPointIsNarrow() throws {
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(2, initializer: .constant(0)) }
      Discriminator { Dense(1) }
      NonSaturatingLoss()
      Adam()
      AlternatingUpdates()
      SampleSpread()
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 16, seed: 1)
    let readings = try #require(trainer.observe(SampleSpread()))
    #expect(readings[0].value == 0 && (readings[0].null?.lower ?? 0) > 0.8)
    let diagnosis = Diagnosis(RunRecord(trainer))
    #expect(diagnosis.verdict == .narrowing)
    #expect(diagnosis.primary.advice.first?.components == ["minibatch-standard-deviation"])
    #expect(diagnosis.lines.contains { $0.diagnostic == "sample-spread" && $0.level == .alarm })
    try trainer.run(until: 1)
    trainer.observe(SampleSpread())
    #expect(Diagnosis(RunRecord(trainer)).plots.contains { $0.title == "Spread of the samples" && $0.svg.contains("real against real") })
  }
}
