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

  private func improvement(_ values: [Double?], over reference: [Double?]) throws -> Improvement {
    let summary = try #require(results([reference, values]).variants[1].summary(of: "reverse-kl"))
    return try #require(summary.improvement)
  }

  @Test func sixPairsThatAgreeAreTheFewestThatShowADifference() throws {
    let six = try improvement([1, 1, 1, 1, 1, 1], over: [2, 2, 2, 2, 2, 2])
    #expect(six.verdict == .better && six.probability == 1 && six.wins == 6 && six.ties == 0)
    // 0.025^(1/6)
    #expect(abs(six.lower - 0.5407418735) < 1e-9 && six.upper == 1)
    let worse = try improvement([2, 2, 2, 2, 2, 2], over: [1, 1, 1, 1, 1, 1])
    #expect(worse.verdict == .worse && worse.probability == 0 && abs(worse.upper + six.lower - 1) < 1e-12)
    #expect(try improvement([1, 1, 1, 1, 1], over: [2, 2, 2, 2, 2]).verdict == .tooFewPairs)
    #expect(try improvement([1, 1, 1, 1, 1, 3], over: [2, 2, 2, 2, 2, 2]).verdict == .undecided)
    #expect(try improvement([1, 1, 1, 1], over: [1, 1, 1, 1]).verdict == .equal)
    let many = [Double](repeating: 1, count: 13)
    // 0.025^(1/13) = 0.7529 is the first above 0.75.
    #expect(try improvement(many, over: many.map { $0 + 1 }).verdict == .muchBetter)
    #expect(try improvement(many.map { $0 + 1 }, over: many).verdict == .muchWorse)
  }

  @Test func failedAndDivergedTrialsCountAsWorst() throws {
    let found = try improvement([nil, 1, nil, 1], over: [2, nil, nil, 2])
    #expect((found.pairs, found.wins, found.ties, found.incomplete) == (4, 2, 1, 3))
    #expect(found.probability == 0.625)
    var diverged = try #require(finished(modes: 8, kl: 0).result)
    diverged.verdict = try StudyFile.decode(
      NumericFailure.self, from: Data(#"{"step":40,"record":"generator.loss","value":"nan"}"#.utf8))
    let all = outcomes([2, 2]) + [.finished(diverged)] + outcomes([1])
    let results = StudyResults(study(variants: ["baseline", "a"], seeds: 2), outcomes: all)
    let summary = try #require(results.variants[1].summary(of: "reverse-kl"))
    let second = try #require(summary.improvement)
    // It stopped at a perfect value, but it diverged.
    #expect((second.wins, second.ties, second.incomplete) == (1, 0, 1))
    #expect(summary.best.map(\.unbiased) == [nil, 1] && summary.best.map(\.plugIn) == [nil, nil])
    #expect(summary.interquartileMean == nil)
  }

  @Test func sentencesSayWhatIsKnown() {
    let six = results([[2, 2, 2, 2, 2, 2], [1, 1, 1, nil, 1, 1]])
    let text = StudyFindings(six).sentences
    // Of the fourth pair both measures decide by the failed run; quality is 1 in all others.
    #expect(text.count == 2)
    #expect(StudyTables(six).differencesCaption.contains("are left out here, but counted as worst in P"))
    #expect(text[0].hasPrefix("a beats baseline in quality with P = 0.42 ["))
    #expect(text[0].hasSuffix("n = 6 pairs, 5 tied, 1 incomplete: undecided."))
    #expect(text[1] == "a beats baseline in reverse KL with P = 0.83 [0.36, 1.00], n = 6 pairs, 1 incomplete: undecided.")
    let clear = StudyFindings(results([[2, 2, 2, 2, 2, 2], [1, 1, 1, 1, 1, 1]])).sentences
    #expect(!StudyTables(results([[2, 2], [1, 1]])).differencesCaption.contains("left out"))
    #expect(clear[0].hasSuffix("n = 6 pairs: equal in each."))
    #expect(clear[1] == "a beats baseline in reverse KL with P = 1.00 [0.54, 1.00], n = 6 pairs: better; P > 0.75 not shown.")
  }

  @Test func threeSeedsCannotShowADifference() {
    let findings = StudyFindings(results([[2, 2, 2], [1, 1, 1], [3, 4, 5]]))
    #expect(
      findings.sentences[2]
        == "a beats baseline in reverse KL with P = 1.00 [0.29, 1.00], n = 3 pairs: too few to show any difference (p ≥ 0.25).")
    #expect(findings.sentences.count == 4 && findings.sentences[3].hasPrefix("b beats baseline in reverse KL with P = 0.00"))
    #expect(findings.bestLines[1] == "Expected best of 3 runs in reverse KL: baseline 2.000, a 1.000, b 3.000.")
    #expect(findings.caption.contains("29 runs of each variant by ranks") && findings.caption.contains("44 pairs by signs"))
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
