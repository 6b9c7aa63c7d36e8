import Adversarial
import Foundation
import Reports
import Testing

@testable import Studies

@Suite struct ResultsTests {
  let outcomes = [
    finished(modes: 5), finished(modes: 7), finished(modes: 6),
    finished(modes: 8), finished(modes: 8), finished(modes: 8),
  ]
  var results: StudyResults {
    StudyResults(study(variants: ["baseline", "a"], seeds: 3), outcomes: outcomes, modeCount: 8)
  }

  @Test func meansAndIntervalsAreKnown() throws {
    let summary = try #require(results.variants[0].summary(of: .coveredModes))
    #expect(summary.values == [5, 7, 6])
    let interval = try #require(summary.interval)
    #expect(interval.mean == 6)
    // t(0.975, 2) = 4.302653, s = 1, so the half width is 4.302653 / √3.
    #expect(abs(interval.halfWidth - 4.302652729911 / 3.0.squareRoot()) < 1e-9)
    #expect(summary.worst == 5)
    #expect(results.variants[0].seedsWithAllModes == 0)
    #expect(results.variants[1].seedsWithAllModes == 3)
    #expect(results.variants[0].millisecondsPerRound == 1)
  }

  @Test func differencesArePairedBySeed() throws {
    let summary = try #require(results.variants[1].summary(of: .coveredModes))
    let difference = try #require(summary.difference)
    #expect(difference.pairs == 3)
    #expect(difference.interval.mean == 2)
    // Differences 3, 1, 2: t = 2 / (1/√3) = 3.4641 with 2 degrees of freedom; p = 1 − t/√(t² + 2).
    let t = 2 * 3.0.squareRoot()
    let p = try #require(difference.pValue)
    #expect(abs(p - (1 - t / (t * t + 2).squareRoot())) < 1e-9)
    #expect(difference.holmPValue == difference.pValue)
    #expect(difference.permutationPValue == 0.25)
    #expect(results.variants[0].summary(of: .coveredModes)?.difference == nil)
  }

  @Test func equalDifferencesHaveNoTTest() throws {
    let difference = try #require(PairedDifference([8, 8], reference: [6, 6]))
    #expect(difference.pValue == nil)
    #expect(difference.interval.mean == 2 && difference.interval.lower == 2 && difference.interval.upper == 2)
    #expect(PairedDifference([8, nil], reference: [6, 6]) == nil)
    #expect(PairedDifference([nil, 8, 9], reference: [1, 6, 6])?.pairs == 2)
  }

  @Test func holmCorrectsForTheNumberOfVariants() throws {
    let outcomes =
      [5, 7, 6].map { finished(modes: $0) } + [8, 8, 8].map { finished(modes: $0) }
      + [7, 7, 8].map { finished(modes: $0) }
    let results = StudyResults(study(variants: ["baseline", "a", "b"], seeds: 3), outcomes: outcomes, modeCount: 8)
    let a = try #require(results.variants[1].summary(of: .coveredModes)?.difference)
    let b = try #require(results.variants[2].summary(of: .coveredModes)?.difference)
    let (pa, pb) = (try #require(a.pValue), try #require(b.pValue))
    #expect(pa < pb)
    #expect(a.holmPValue == 2 * pa)
    #expect(b.holmPValue == max(pb, 2 * pa))
  }

  @Test func failedAndDivergedTrialsAreCountedAndShown() throws {
    var diverged = try #require(finished(modes: 0, quality: 0, kl: nil).result)
    diverged.verdict = try StudyFile.decode(
      NumericFailure.self, from: Data(#"{"step":40,"record":"generator.loss","value":"nan"}"#.utf8))
    let outcomes: [TrialOutcome] = [
      finished(modes: 6), .failed("out of memory (ended by signal 9)"), .finished(diverged),
    ]
    let results = StudyResults(study(variants: ["a"], seeds: 3), outcomes: outcomes, modeCount: 8)
    let variant = results.variants[0]
    #expect((variant.completed, variant.diverged, variant.failed) == (1, 1, 1))
    // What diverged counts with what it reached; what failed has no number.
    #expect(variant.summary(of: .coveredModes)?.values == [6, nil, 0])
    #expect(variant.summary(of: .coveredModes)?.interval?.mean == 3)
    let tables = StudyTables(results)
    #expect(tables.main.text.contains("1 completed, 1 diverged, 1 failed"))
    #expect(tables.main.text.contains("(2 of 3)"))
    let troubles = try #require(tables.troubles)
    #expect(troubles.rows.map { $0[2] } == ["failed", "diverged"])
    #expect(troubles.text.contains("out of memory (ended by signal 9)"))
    #expect(troubles.text.contains("generator.loss is nan in round 40"))
    #expect(try results.json().contains("\"status\" : \"failed\""))
  }

  @Test func measuresWithoutMeaningAreLeftOut() {
    let evaluation = Evaluation(step: 100, energyDistance: 0.5)
    let outcome = TrialOutcome.finished(TrialResult(variant: "", seed: 0, step: 100, evaluations: [evaluation]))
    let results = StudyResults(study(variants: ["baseline"], seeds: 1), outcomes: [outcome])
    #expect(results.variants[0].measures.map(\.measure) == [.energyDistance])
    #expect(StudyTables(results).main.columns.map(\.title) == ["variant", "energy distance", "ms/round"])
    #expect(StudyTables(results).differences == nil)
  }

  @Test func theFirstVariantStandsInForAMissingBaseline() {
    let results = StudyResults(study(variants: ["a", "b"], seeds: 3), outcomes: outcomes, modeCount: 8)
    #expect(results.reference == "a")
    #expect(results.variants[1].summary(of: .coveredModes)?.difference?.interval.mean == 2)
  }

  @Test func curvesAreThinnedByMeans() {
    let curve = TrialResult.Curve(name: "x", steps: [1, 2, 3, 4, 5], values: [1, 3, 5, 7, 9], limit: 2)
    #expect(curve.steps == [2, 5])
    #expect(curve.values == [2, 7])
    #expect(TrialResult.Curve(name: "x", steps: [], values: [], limit: 2).values.isEmpty)
  }

  @Test func resultsSurviveTheirFile() throws {
    try withFolder { path in
      try results.write(to: StudyDirectory(path))
      #expect(try StudyFile.read(StudyResults.self, from: StudyDirectory(path).resultsPath) == results)
    }
  }
}
