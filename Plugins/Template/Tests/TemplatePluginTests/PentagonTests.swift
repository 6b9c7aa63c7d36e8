import Rival
import RivalCommand
import RivalTesting
import TemplatePlugin
import Testing

/// A problem of one's own, with a metric of one's own.
@Suite struct PentagonTests {
  @Test func theMetricConforms() throws {
    let violations = try MetricConformance.check(MeanOffset())
    #expect(violations == [])
  }

  @Test func theOffsetOfShiftedMeansIsKnown() throws {
    let real = try SampleSet([0, 0, 2, 0], dimension: 2)
    let moved = try SampleSet([4, 4, 4, 4, 4, 4], dimension: 2)
    // Means (1, 0) and (4, 4): 5 apart.
    #expect(try MeanOffset().measure(moved, against: real, key: Key(seed: 1)).map(\.value) == [5])
    #expect(throws: MetricError.self) { try MeanOffset().measure(SampleSet([], dimension: 2), against: real, key: Key(seed: 1)) }
  }

  @Test func theProblemFitsTogetherAndIsMeasured() throws {
    #expect(try Problem.pentagon.composition().validated().isEmpty)
    let samples = try Problem.pentagon.data(folder: nil).opened()
    let plan = Problem.pentagon.plan(for: samples)
    let study = try StudySpecification(
      problem: "pentagon", variants: [.baseline], seeds: [1], rounds: 1, batchSize: 1, plan: plan)
    var registry = try Registry.builtIn()
    try TemplatePlugin.register(in: &registry)
    let nulls = try Evaluator(study, samples: samples, registry: registry).nulls()
    #expect(nulls.map(\.name) == ["covered-modes", "modes-by-share", "modes-by-rate", "quality", "reverse-kl", "mean-offset"])
    #expect(nulls[0].null?.mean == 5 && nulls.map(\.isPrimary) == [false, false, false, false, true, true])
  }
}
