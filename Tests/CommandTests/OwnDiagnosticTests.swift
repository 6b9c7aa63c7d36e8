import Foundation
import Rival
import Testing

@testable import RivalCommand

/// A user's own diagnostic has all that a built-in one has.
@Suite struct OwnDiagnosticTests {
  /// The observations of a diagnostic that has looked three times.
  private func record(ratio: Double, lower: Double = 0.9) -> RunRecord {
    var observations = Observations()
    for step in [20, 40, 60] {
      observations.append(
        [Reading(NarrowSamples.ratio, ratio, null: NullInterval(mean: 1, lower: lower, upper: 1.1))], of: NarrowSamples.name, step: step)
    }
    return RunRecord(step: 60, history: History(), observations: observations, diagnostics: [NarrowSamples()])
  }

  @Test func itsNullIsStoredBesideIt() {
    let record = record(ratio: 0.3)
    #expect(record.observations[NarrowSamples.name]?.names == ["ratio", "ratio.null.mean", "ratio.null.lower", "ratio.null.upper"])
    #expect(record.null(of: NarrowSamples.ratio) == NullInterval(mean: 1, lower: 0.9, upper: 1.1))
    #expect(record.columns(of: NarrowSamples.name) == [NarrowSamples.ratio])
  }

  @Test func itSpeaksInADiagnosis() throws {
    let diagnosis = Diagnosis(record(ratio: 0.3))
    #expect(diagnosis.verdict == .narrow && diagnosis.findings.count == 1)
    #expect(diagnosis.headline == "narrow (67 %): narrow-samples.ratio 0.3, below half of 0.9")
    #expect(diagnosis.primary.advice.first?.components == ["minibatch-standard-deviation", "r1-penalty"])
    let line = try #require(diagnosis.lines.first)
    #expect(line.level == .alarm && line.sentence == "The samples spread 0.3 times as far as real ones: too little. Try an average.")
    let chart = try #require(diagnosis.plots.first as? BandChart)
    #expect(chart.band?.range == 0.9...1.1 && chart.series.first?.points.map(\.value) == [0.3, 0.3, 0.3])
    #expect(Diagnosis(record(ratio: 1)).verdict == .inconclusive)
  }

  /// Rank decides between its verdict and those of others.
  @Test func itsVerdictHasAPlaceAmongOthers() throws {
    var record = record(ratio: 0.3)
    record.failure = NumericFailure(step: 60, record: "generator.loss", value: .nan)
    #expect(Diagnosis(record).findings.map(\.verdict) == [.numeric, .narrow])
    record.failure = nil
    record.observations.append([Reading(DiscriminatorOutputs.spread, 0.2)], of: DiscriminatorOutputs.name, step: 60)
    let asked = try Registry.builtIn(adding: [NarrowSamples.self, NarrowAndBlind.self]).rules
    #expect(Diagnosis(record, asking: asked).findings.map(\.verdict) == [.discriminatorDead, .narrow])
  }

  /// What says nothing of itself but what it reads still has a sentence and a plot.
  @Test func aDiagnosticWithoutWordsIsHeard() throws {
    struct Mute: Diagnostic {
      static let name = "mute"
      static let summary = "Reads a number."
      var every = 1
      func observe(_ run: Observation) throws -> [Reading] { [] }
    }
    var observations = Observations()
    for step in [1, 2] {
      observations.append([Reading("a", 2, null: NullInterval(lower: 1, upper: 3)), Reading("b", 5)], of: Mute.name, step: step)
    }
    let diagnosis = Diagnosis(RunRecord(step: 2, history: History(), observations: observations, diagnostics: [Mute()]))
    #expect(diagnosis.lines.map(\.sentence) == ["mute: a 2 (from 1, up to 3), b 5."])
    #expect(diagnosis.plots.map(\.title) == ["mute.a", "mute.b"] && (diagnosis.plots[0] as? BandChart)?.band?.range == 1...3)
  }

  /// `rival diagnose` of a program that knows the diagnostic: its verdict, and its plot on the page.
  @Test func itStandsOnThePage() throws {
    let before = CommandContext.current
    defer { CommandContext.current = before }
    CommandContext.current = CommandContext(registry: try Registry.builtIn(adding: [NarrowSamples.self, NarrowAndBlind.self]))
    // A generator that makes one point.
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(2, initializer: .constant(0)) }
      Discriminator { Dense(1) }
      NonSaturatingLoss()
      Adam()
      AlternatingUpdates()
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 16, seed: 1)
    for _ in 0..<2 {
      trainer.observe(NarrowSamples())
      try trainer.run(until: trainer.step + 1)
    }
    let text = DiagnosisText(RunRecord(trainer))
    #expect(text.verdict.first?.hasPrefix("Verdict: narrow (confidence ") == true, "\(text.verdict)")
    let advice = "  Try: Show the discriminator many samples at once.  --heuristic minibatch-standard-deviation  or  --heuristic r1-penalty"
    #expect(text.verdict.contains(advice))
    #expect(text.readings.contains { $0.hasPrefix("! The samples spread ") })
    let page = try RunPage(title: "run", text: text, trainer: trainer, frames: nil).page.html
    #expect(page.contains("Spread of the samples") && page.contains("narrow (confidence ") && page.contains("samples lie closer together"))
  }
}
