import Adversarial
import Foundation
import Reports
import Testing

@testable import Studies

@Suite struct FindingsTests {
  /// Trials of the given reverse KL, `nil` for a failed one.
  private func outcomes(_ values: [Double?]) -> [TrialOutcome] {
    values.map { value in value.map { finished(modes: 8, kl: $0) } ?? .failed("out of memory") }
  }

  private func results(_ variants: [[Double?]]) -> StudyResults {
    let names = ["baseline", "a", "b"].prefix(variants.count)
    return StudyResults(
      study(variants: Array(names), seeds: variants[0].count), outcomes: variants.flatMap(outcomes))
  }

  private func difference(_ values: [Double?], over reference: [Double?]) throws -> Difference {
    let summary = try #require(results([reference, values]).variants[1].summary(of: "reverse-kl"))
    return try #require(summary.difference)
  }

  private let low = [1.1, 1.2, 1.3, 1.4, 1.5, 1.6]
  private let high = [2.3, 2.5, 2.1, 2.6, 2.2, 2.4]

  @Test func verdictsFollowTheTest() throws {
    let better = try difference(low, over: high)
    // 2 / C(12, 6), twice for the two comparisons with quality, in which all are equal.
    #expect(abs(better.pValue - 2.0 / 924) < 1e-15 && better.verdict == .better && better.probability == 1)
    #expect(abs((better.holmPValue ?? 0) - 4.0 / 924) < 1e-15)
    let shift = try #require(better.shift)
    #expect(abs(shift + 1) < 1e-12, "lower values are a negative shift, and better")
    #expect((better.lower ?? 0) < shift && shift < (better.upper ?? 0) && (better.upper ?? 0) < 0)
    let worse = try difference(high, over: low)
    #expect(worse.verdict == .worse && worse.probability == 0 && worse.shift == -shift && worse.lower == better.upper.map { -$0 })
    #expect(try difference([1, 1, 1, 1], over: [1, 1, 1, 1]).verdict == .equal)
    #expect(try difference([1, 2, 3, 4, 5, 6], over: [3.5, 5.5, 1.5, 6.5, 2.5, 4.5]).verdict == .notShown)
    // 2 / C(8, 4) = 0.029, but there are two comparisons.
    #expect(try difference([1, 1, 1, 1], over: [2, 2, 2, 2]).verdict == .tooFewRuns)
    #expect(try difference([1, 1, 1, 1, 1], over: [2, 2, 2, 2, 2]).verdict == .better)
  }

  @Test func failedAndDivergedTrialsCountAsWorst() throws {
    let found = try difference([nil, 1, nil, 1], over: [2, nil, nil, 2])
    #expect((found.runs, found.worthless) == (4, 4))
    // Each 1 beats two 2s and two failures; each failure ties with two.
    #expect(found.probability == 0.625)
    var diverged = try #require(finished(modes: 8, kl: 0).result)
    diverged.verdict = try StudyFile.decode(
      NumericFailure.self, from: Data(#"{"step":40,"record":"generator.loss","value":"nan"}"#.utf8))
    let all = outcomes([2, 2]) + [.finished(diverged)] + outcomes([1])
    let results = StudyResults(study(variants: ["baseline", "a"], seeds: 2), outcomes: all)
    let summary = try #require(results.variants[1].summary(of: "reverse-kl"))
    let second = try #require(summary.difference)
    // It stopped at a perfect value, but it diverged.
    #expect(second.worthless == 1 && second.probability == 0.5)
    #expect(summary.best.map(\.unbiased) == [nil, 1] && summary.best.map(\.plugIn) == [nil, nil])
    #expect(summary.interquartileMean == nil && summary.median?.median == nil && summary.median?.lower == 1)
  }

  @Test func pairsAreTakenWhereSeedsAreAlike() throws {
    let seeds = [5.0, 1, 3, 2, 4, 6, 7]
    let found = results([seeds, seeds.map { $0 - 0.1 * $0.squareRoot() }])
    let pairing = try #require(found.pairings.first { $0.measure == "reverse-kl" })
    #expect(pairing.correlation == 1 && pairing.test == .pairs)
    let difference = try #require(found.variants[1].summary(of: "reverse-kl")?.difference)
    // Better in each of seven pairs, which run against run does not show.
    #expect(difference.test == .pairs && difference.pValue == 2.0 / 128 && difference.probability == 1)
    #expect(found.pairings.first { $0.measure == "quality" }?.correlation == nil)
    #expect(StudyFindings(found).caption.contains("by pairs of one seed (Wilcoxon's signed ranks): reverse KL (correlation 1.00)"))
    // Six pairs cannot show anything among two comparisons, and ranks are then safe; where seeds are unlike, they would not be.
    #expect(results([[1, 2, 3, 4, 5, 6], [3, 1, 5, 2, 6, 4]]).pairings.last?.test == .ranks)
    #expect(results([[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]]).pairings.last?.test == .pairs)
    #expect(results([[1, 2, 3, 4, 5, 6], [3, 5, 1, 6, 2, 4]]).pairings.last?.test == .ranks)
  }

  @Test func holmCountsEverySentenceOfThePage() throws {
    let found = results([high, low, [1.9, 2.2, 1.7, 2.0, 2.7, 1.8]])
    // Two variants, and the measures that decide: quality and reverse KL.
    #expect(found.comparisons == 4 && StudyFindings(found).sentences.count == 4)
    let a = try #require(found.variants[1].summary(of: "reverse-kl")?.difference)
    let b = try #require(found.variants[2].summary(of: "reverse-kl")?.difference)
    #expect(a.holmPValue == 4 * a.pValue && b.holmPValue == 3 * b.pValue)
    #expect(b.pValue > 0.05 && b.verdict == .notShown)
    #expect(found.variants[1].summary(of: "covered-modes")?.difference?.holmPValue == nil, "a measure that does not decide")
  }

  @Test func sentencesSayWhatIsKnown() {
    let clear = StudyFindings(results([high, low]))
    #expect(clear.sentences[0] == "a against baseline in quality: all 12 runs are equal.")
    #expect(
      clear.sentences[1] == "a against baseline in reverse KL: P = 1.00, -1.000 [-1.300, -0.700], p = 0.002 (0.004 of all 2): better.")
    #expect(
      clear.answers[1]
        == "Best median reverse KL: a with 1.350 (baseline 2.350). Against baseline: P = 1.00, -1.000 [-1.300, -0.700], p = 0.002 (0.004 of all 2): better."
    )
    let failed = StudyFindings(results([high, [1, 1, 1, nil, 1, 1]]))
    #expect(failed.sentences[1].contains("1 of 12 runs without a value"))
    // Alone it would pass, among two it does not.
    let close = StudyFindings(results([[1, 2, 3, 4, 5, 6, 7, 8], [9, 2.5, 8.5, 7.5, 10, 6.5, 11, 4.5]]))
    #expect(close.sentences[1].hasSuffix("not shown, for among 2 comparisons such a p comes by chance."))
  }

  @Test func whatIsShownOfTheOthersIsSaidToo() {
    let worst = high.map { $0 + 5 }
    let found = StudyFindings(results([high, low, worst]))
    #expect(found.answers[1].hasSuffix(": better. Of the others shown to be worse: b."), "\(found.answers[1])")
    #expect(StudyFindings(results([low, worst, high])).answers[1].hasSuffix("Shown to be worse: a, b."))
    #expect(found.answers[0].hasSuffix("No variant is shown to differ from it."))
  }

  @Test func threeSeedsCannotShowADifference() {
    let findings = StudyFindings(results([[2, 2, 2], [1, 1, 1], [3, 4, 5]]))
    #expect(
      findings.sentences[2]
        == "a against baseline in reverse KL: P = 1.00, -1.000: 3 seeds cannot show a difference among 4 comparisons, 5 can.")
    #expect(findings.sentences.count == 4 && findings.sentences[3].hasPrefix("b against baseline in reverse KL: P = 0.00"))
    #expect(findings.bestLines[1] == "Expected best of 3 runs in reverse KL: baseline 2.000, a 1.000, b 3.000.")
    #expect(findings.answers[1].hasPrefix("Best median reverse KL: a with 1.000 (baseline 2.000)."))
  }

  @Test func theOutlookIsKnownBefore() {
    let outlook = StudyOutlook(comparisons: 4, seeds: 3)
    #expect(outlook.leastSeeds == 5)
    #expect(outlook.text.hasPrefix("4 comparisons with 3 seeds cannot show any difference, whatever comes out; 5 seeds can."))
    // (z(1 − 0.025) + z(0.8))² / (6 · 0.25²) = 20.93.
    #expect(StudyOutlook(comparisons: 1, seeds: 10).seeds(forProbability: 0.75) == 21)
    #expect(StudyOutlook(comparisons: 0, seeds: 10).text.isEmpty)
  }

  @Test func bestOfRunsHasBothEstimates() throws {
    let results = results([[1, 2, 3, 4], [4, 4, 4, 4]])
    let best = try #require(results.variants[0].summary(of: "reverse-kl")).best
    #expect(best.map(\.runs) == [1, 2, 3, 4])
    #expect(abs((best[1].unbiased ?? 0) - 5.0 / 3) < 1e-12 && abs((best[1].plugIn ?? 0) - 1.875) < 1e-12)
    let table = try #require(StudyFindings(results).bestTable)
    #expect(table.columns.map(\.title) == ["measure", "variant", "middle half", "best of 1", "best of 2", "best of 3"])
    #expect(table.rows[2] == ["reverse KL", "baseline", "2.500", "2.500", "1.667 (1.875)", "1.250 (1.562)"])
  }

  @Test func oneSeedSaysNothing() {
    let findings = StudyFindings(results([[1], [2]]))
    #expect(findings.sentences.isEmpty && findings.bestLines.isEmpty && findings.bestTable == nil && findings.caption.isEmpty)
  }
}
