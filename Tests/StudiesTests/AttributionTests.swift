import Components
import Reports
import Testing

@testable import Studies

@Suite struct AttributionTests {
  /// A variant of components called by the letters of its label; of an optimizer of the generator where one is a capital.
  private func variant(_ label: String) -> Variant {
    guard label != "baseline" else { return .baseline }
    var variant = Variant(label: label, components: [])
    for letter in label {
      let component = StoredComponent(name: String(letter))
      if letter.isUppercase {
        variant.optimizers.append(StoredPlayerOptimizer(component, of: "generator"))
      } else {
        variant.components.append(component)
      }
    }
    return variant
  }

  private func study(_ labels: [String], seeds: Int = 10) -> StudySpecification {
    StudySpecification(
      problem: "ring", variants: labels.map(variant), seeds: (1...UInt64(seeds)).map { $0 }, rounds: 100, batchSize: 8)
  }

  /// `abc-b: ac` for each step.
  private func steps(_ labels: [String]) -> [String] {
    let found = study(labels)
    return found.removals.map { removal in
      "\(labels[removal.whole])-\(removal.parts.joined(separator: ",")): \(labels[removal.remaining])"
        + (removal.single.isEmpty ? "" : " (\(removal.single.map { labels[$0] }.joined(separator: ",")))")
    }
  }

  @Test func ablationsAreFoundInTheVariants() {
    #expect(steps(["baseline", "abc", "bc", "ac", "ab"]) == ["abc-a: bc", "abc-b: ac", "abc-c: ab"])
    #expect(
      steps(["baseline", "a", "b", "c", "ab", "ac"]) == [
        "ab-a: b", "ab-b: a", "ab-a,b: baseline (b,a)", "ac-a: c", "ac-c: a", "ac-a,c: baseline (c,a)",
      ])
    // Whatever all variants have beside is no part that is removed.
    #expect(steps(["X", "abX", "aX", "bX"]) == ["abX-a: bX", "abX-b: aX", "abX-a,b: X (bX,aX)"])
    #expect(steps(["abX", "aX", "ab"]) == ["abX-b: aX", "abX-X@generator: ab"])
    // Of all combinations only the largest is taken apart, one part and two.
    #expect(steps(["baseline", "a", "b", "c", "ab", "ac", "bc", "abc"]).count == 6)
    #expect(steps(["baseline", "a", "b"]).isEmpty)
    #expect(study(["baseline", "a", "b", "ab"]).comparisonCount(deciding: 2) == 12)
    #expect(study(["baseline", "abc", "bc", "ac", "ab"]).comparisonCount(deciding: 1) == 7)
    #expect(study(["ab", "a", "b"]).comparisonCount(deciding: 1) == 2, "removals from the reference are the comparisons with it")
  }

  /// Ten seeds of each variant whose reverse KL differs from seed to seed alike; quality is 1 in all.
  private func results(_ values: [(label: String, kl: Double?)], seeds: Int = 10) -> StudyResults {
    let outcomes = values.flatMap { value in
      (0..<seeds).map { seed -> TrialOutcome in value.kl.map { finished(modes: 8, kl: $0 + Double(seed)) } ?? .failed("out of memory") }
    }
    return StudyResults(study(values.map(\.label), seeds: seeds), outcomes: outcomes)
  }

  private func measure(_ results: StudyResults, _ place: Int) throws -> AttributedMeasure {
    try #require(results.attributions?[place].measures.first { $0.measure == "reverse-kl" })
  }

  @Test func aRemovalSaysWhatThePartDoes() throws {
    let found = results([("baseline", 10), ("a", 6), ("b", 7), ("ab", 5)])
    let attributions = try #require(found.attributions)
    #expect(attributions.map(\.removed) == [["a"], ["b"], ["a", "b"]] && attributions.map(\.remaining) == ["b", "a", "baseline"])
    // Pairs, since seeds are alike: 2 / 2¹⁰ for each, and twelve comparisons.
    let (a, b, both) = try (measure(found, 0), measure(found, 1), measure(found, 2))
    #expect(a.removal?.shift == 2 && a.removal?.verdict == .worse && a.removal?.pValue == 2.0 / 1024 && a.interaction == nil)
    #expect(b.removal?.shift == 1 && b.removal?.verdict == .worse && b.removal?.probability == 0)
    #expect(both.removal?.shift == 5 && both.removal?.verdict == .notTested && both.removal?.holmPValue == nil)
    // Both cost 5 together, 2 and 1 apart: 5 − 3.
    #expect(both.interaction?.shift == 2 && both.interaction?.verdict == .worse && both.interaction?.pValue == 2.0 / 1024)
    #expect(found.comparisons == 12 && both.interaction?.holmPValue == 12 * 2.0 / 1024)
    // The comparisons with the baseline are corrected for these too.
    #expect(found.variants[1].summary(of: "reverse-kl")?.difference?.holmPValue == 12 * 2.0 / 1024)
    let text = try #require(StudyAttribution(found))
    #expect(
      text.sentences == [
        "Quality of ab: of no part is it shown that leaving it out changes anything.",
        "Reverse KL of ab: it is worse without a (+2.000 [+2.000, +2.000]), b (+1.000 [+1.000, +1.000]); "
          + "each does in part what the other does: a and b (+2.000 [+2.000, +2.000]).",
      ])
    let rows = text.table.rows
    #expect(rows.count == 6)
    #expect(rows[1] == ["", "reverse KL", "+2.000 [+2.000, +2.000]", "", "0.00", "0.002", "0.023", "it helps"])
    #expect(
      rows[5]
        == ["", "reverse KL", "+5.000 [+5.000, +5.000]", "+2.000 [+2.000, +2.000]", "0.00", "0.002", "0.023", "overlap"])
    #expect(rows[4][0] == "both" && text.table.columns.first?.title == "without")
    #expect(text.caption.contains("all 12 comparisons"))
  }

  @Test func partsThatNeedEachOtherAreToldFromThoseThatOverlap() throws {
    // Nothing alone, much together: without both it is as bad as without one.
    let found = results([("baseline", 10), ("a", 10), ("b", 10), ("ab", 5)])
    let both = try measure(found, 2)
    #expect(both.removal?.shift == 5 && both.interaction?.shift == -5 && both.interaction?.verdict == .better)
    #expect(StudyAttribution(found)?.sentences[1].contains("they need each other: a and b (-5.000") == true)
    // Additive effects: no interaction.
    #expect(try measure(results([("baseline", 10), ("a", 8), ("b", 9), ("ab", 7)]), 2).interaction?.verdict == .equal)
  }

  @Test func failedRunsDecideNoInteraction() throws {
    let found = results([("baseline", nil), ("a", 6), ("b", 7), ("ab", 5)])
    let both = try measure(found, 2)
    #expect(both.interaction == nil && both.removal?.worthless == 10)
    let row = try #require(StudyAttribution(found)?.table.rows.last)
    #expect(row[3] == "–" && row[4...] == ["", "", "", ""])
  }

  @Test func resultsAreReadAgain() throws {
    let found = results([("baseline", 10), ("a", 6), ("b", 7), ("ab", 5)])
    #expect(try StudyFile.decode(StudyResults.self, from: StudyFile.data(found)) == found)
    #expect(results([("baseline", 10), ("a", 6)]).attributions == nil)
    #expect(StudyAttribution(results([("baseline", 10), ("a", 6), ("b", 7), ("ab", 5)], seeds: 1)) == nil)
    let few = try #require(StudyAttribution(results([("baseline", 10), ("a", 6), ("b", 7), ("ab", 5)], seeds: 3)))
    #expect(few.sentences[1].hasSuffix("leaving it out changes anything, and so few seeds could not show it."))
  }

  @Test func removalsFromTheReferenceAreNotCountedTwice() throws {
    let found = results([("ab", 5), ("a", 6), ("b", 7)])
    #expect(found.comparisons == 4 && found.reference == "ab")
    let (a, b) = try (measure(found, 0), measure(found, 1))
    #expect(a.removal == found.variants[2].summary(of: "reverse-kl")?.difference && a.removal?.verdict == .worse)
    #expect(b.removal == found.variants[1].summary(of: "reverse-kl")?.difference)
  }
}
