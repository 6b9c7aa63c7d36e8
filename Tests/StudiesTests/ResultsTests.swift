import Adversarial
import Foundation
import MetricParts
import Metrics
import Reports
import Testing

@testable import Studies

@Suite struct ResultsTests {
  let outcomes = [
    finished(modes: 5), finished(modes: 7), finished(modes: 6),
    finished(modes: 8), finished(modes: 8), finished(modes: 8),
  ]
  var results: StudyResults {
    StudyResults(study(variants: ["baseline", "a"], seeds: 3), outcomes: outcomes)
  }

  @Test func mediansAndIntervalsAreKnown() throws {
    let summary = try #require(results.variants[0].summary(of: "covered-modes"))
    #expect(summary.values == [5, 7, 6] && summary.mean == 6)
    // Of three seeds the range holds the median with 1 − 2/2³.
    let median = try #require(summary.median)
    #expect((median.median, median.lower, median.upper) == (6, 5, 7) && median.coverage == 0.75 && !median.isFull)
    #expect(summary.worst == 5)
    #expect(summary.seedsAtBest == 0)
    #expect(results.variants[1].summary(of: "covered-modes")?.seedsAtBest == 3)
    #expect(results.variants[0].millisecondsPerRound == 1)
  }

  @Test func differencesAreInTheMeasuresUnit() throws {
    let summary = try #require(results.variants[1].summary(of: "covered-modes"))
    let difference = try #require(summary.difference)
    #expect(difference.runs == 3 && difference.test == .ranks && difference.shift == 2)
    #expect(abs(difference.pValue - 0.1) < 1e-15 && difference.lower == nil)
    #expect(difference.holmPValue == nil && difference.verdict == .notTested)
    #expect(results.variants[0].summary(of: "covered-modes")?.difference == nil)
  }

  @Test func failedAndDivergedTrialsAreCountedAndShown() throws {
    var diverged = try #require(finished(modes: 0, quality: 0, kl: nil).result)
    diverged.verdict = try StudyFile.decode(
      NumericFailure.self, from: Data(#"{"step":40,"record":"generator.loss","value":"nan"}"#.utf8))
    let outcomes: [TrialOutcome] = [
      finished(modes: 6), .failed("out of memory (ended by signal 9)"), .finished(diverged),
    ]
    let results = StudyResults(study(variants: ["a"], seeds: 3), outcomes: outcomes)
    let variant = results.variants[0]
    #expect((variant.completed, variant.diverged, variant.failed) == (1, 1, 1))
    // What diverged counts with what it reached; what failed has no number.
    #expect(variant.summary(of: "covered-modes")?.values == [6, nil, 0])
    #expect(variant.summary(of: "covered-modes")?.mean == 3)
    let tables = StudyTables(results)
    #expect(tables.main.text.contains("1 completed, 1 diverged, 1 failed"))
    #expect(tables.main.text.contains("(2 of 3)"))
    let troubles = try #require(tables.troubles)
    #expect(troubles.rows.map { $0[2] } == ["failed", "diverged"])
    #expect(troubles.text.contains("out of memory (ended by signal 9)"))
    #expect(troubles.text.contains("generator.loss is nan in round 40"))
    #expect(try results.json().contains("\"status\" : \"failed\""))
  }

  @Test func measuresAreThoseOfTheTrials() {
    let energy = Measure(
      name: "energy-distance", metric: "energy-distance", goal: .lower, display: MetricDisplay("energy distance", digits: 4))
    let outcome = TrialOutcome.finished(
      TrialResult(
        variant: "", seed: 0, step: 100, measures: [energy], evaluations: [Evaluation(step: 100, values: [.init("energy-distance", 0.5)])]))
    let results = StudyResults(study(variants: ["baseline"], seeds: 1), outcomes: [outcome])
    #expect(results.variants[0].measures.map(\.measure) == ["energy-distance"])
    #expect(results.measures.map(\.isPrimary) == [true], "the first metric decides where none is named")
    #expect(StudyTables(results).main.columns.map(\.title) == ["variant", "energy distance ↓", "ms/round"])
    #expect(StudyTables(results).main.rows == [["baseline", "0.5000", "–"]])
    #expect(StudyTables(results).differences == nil && StudyTables(results).further == nil)
  }

  @Test func realDataStandsBesideAndMetricsThatDoNotDecideBelow() throws {
    var nulls = modeMeasures
    for index in nulls.indices { nulls[index].null = NullBand(values: [8, 8, 8], sampleCount: 10, referenceCount: 10) }
    nulls[2].null = NullBand(mean: 0.99, lower: 0.98, upper: 1, sampleCount: 10, referenceCount: 10)
    nulls.append(
      Measure(
        name: "density:neighbors=3", metric: "density-coverage:neighbors=3", features: "principal-components", goal: .null,
        display: MetricDisplay("density", digits: 2), null: NullBand(mean: 1, lower: 0.9, upper: 1.1, sampleCount: 10, referenceCount: 10)))
    func outcome(_ modes: Int, density: Double) -> TrialOutcome {
      var values = evaluation(step: 100, modes: modes, quality: 0.5, kl: 0)
      values.values.append(.init("density:neighbors=3", density))
      return .finished(TrialResult(variant: "", seed: 0, step: 100, measures: nulls, evaluations: [values]))
    }
    var specification = study(variants: ["baseline", "a"], seeds: 2)
    specification.features = try NamedComponent(PrincipalComponents())
    let results = StudyResults(
      specification,
      outcomes: [outcome(5, density: 0.4), outcome(7, density: 1.7), outcome(8, density: 1.1), outcome(8, density: 0.95)], nulls: nulls,
      hasHeldOut: false, referenceCount: 10)
    let tables = StudyTables(results)
    #expect(
      tables.main.columns.map(\.title) == [
        "variant", "modes of 8 ↑", "worst", "all in", "quality % ↑", "reverse KL ↓", "ms/round",
      ])
    #expect(tables.main.rows.last == ["real data", "8", "–", "–", "99.0 [98.0, 100.0]", "8.000", "–"])
    let further = try #require(tables.further)
    #expect(further.columns.map(\.title) == ["variant", "modes by share ↑", "density (neighbors=3) ="])
    #expect(further.rows.map { $0[0] } == ["baseline", "a", "real data"] && further.rows[2][2] == "1.00 [0.90, 1.10]")
    #expect(further.rows[0] == ["baseline", "6 (5 – 7)", "1.05 (0.40 – 1.70)"])
    // Either side of the null is bad: 1.7 is farther from 1 than 0.4, and each of the variant's seeds is nearer.
    let density = try #require(results.variants[0].summary(of: "density:neighbors=3"))
    #expect(density.worst == 1.7)
    #expect(results.variants[1].summary(of: "density:neighbors=3")?.difference?.probability == 1)
    #expect(tables.caption.contains("these are training samples") && tables.caption.contains("no Inception features"))
    var remarked = results
    remarked.featuresRemark = "their weights are those of May"
    #expect(StudyTables(remarked).caption.contains("Features: principal-components; their weights are those of May. "))
  }

  @Test func decimalsFollowTheSmallestMeanAndTheBand() {
    #expect(MeasureText.digits([198.3, 0.0345], halfWidth: nil) == 4)
    #expect(MeasureText.digits([198.3], halfWidth: 0.08) == 2)
    #expect(MeasureText.digits([1_234], halfWidth: nil) == 0 && MeasureText.digits([], halfWidth: nil) == 3)
    #expect(MeasureText.digits([0, .infinity, 1e-12], halfWidth: nil) == 6)
  }

  @Test func theFirstVariantStandsInForAMissingBaseline() {
    let results = StudyResults(study(variants: ["a", "b"], seeds: 3), outcomes: outcomes)
    #expect(results.reference == "a")
    #expect(results.variants[1].summary(of: "covered-modes")?.difference?.shift == 2)
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
