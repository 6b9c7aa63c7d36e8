import Adversarial
import Foundation
import Tensors
import Testing

@testable import Studies

/// How often "better" or "worse" is said where nothing differs.
@Suite struct NullStudyTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static var report: Bool { environment["RIVAL_REPORT"] != nil }

  private func isFound(_ results: StudyResults) -> Bool {
    let verdicts = results.variants.flatMap(\.measures).compactMap(\.difference).map(\.verdict)
    return verdicts.contains(.better) || verdicts.contains(.worse)
  }

  @Test("Of 2,400 simulated studies in which nothing differs, few find a difference", arguments: [5, 10])
  func simulatedStudiesRarelyFindWhatIsNotThere(seeds: Int) {
    // Three variants that are the baseline again: half of the runs at the best value, the others with a long tail; runs of a seed are unlike, neither,
    // or alike.
    for likeness in [-0.5, 0, 0.5] {
      var found = 0
      let studies = 400
      for number in 0..<studies {
        let key = Key(seed: 11).derived(number).derived(seeds).derived("\(likeness)")
        func uniform(_ element: Int) -> Double { (Double(key.bits(element: element)) + 0.5) / 4_294_967_296 }
        let outcomes = (0..<4).flatMap { variant in
          (0..<seeds).map { seed -> TrialOutcome in
            let own = uniform(variant * 100 + seed)
            let shared = uniform(1000 + seed)
            let isTurned = likeness < 0 && variant.isMultiple(of: 2)
            let draw = likeness == 0 ? own : 0.5 * own + 0.5 * (isTurned ? 1 - shared : shared)
            return finished(modes: 8, kl: draw < 0.5 ? 0.001 : 1 / (1.001 - draw))
          }
        }
        if isFound(StudyResults(study(variants: ["baseline", "a", "b", "c"], seeds: seeds), outcomes: outcomes)) { found += 1 }
      }
      if Self.report { print("REPORT simulated seeds \(seeds) likeness \(likeness): \(found) of \(studies)") }
      #expect(Double(found) / Double(studies) < 0.06, "\(likeness): \(found)")
    }
  }

  /// Real runs of one variant, dealt out as if they were two: set `RIVAL_NULL_STUDY` to the folder of a study with one variant and hundreds of seeds.
  @Test(.enabled(if: environment["RIVAL_NULL_STUDY"] != nil))
  func realStudiesRarelyFindWhatIsNotThere() throws {
    let directory = StudyDirectory(try #require(Self.environment["RIVAL_NULL_STUDY"]))
    let whole = try #require(try directory.specification())
    let outcomes = try whole.trials.map { trial in try directory.result(of: trial, in: whole).map(TrialOutcome.finished) ?? .unfinished }
    for seeds in [5, 10] {
      let disjoint = outcomes.count / (2 * seeds)
      for (name, studies) in [("disjoint", disjoint), ("dealt at random", 1000)] {
        var found = 0
        for number in 0..<studies {
          let dealt =
            name == "disjoint"
            ? Array(outcomes[(number * 2 * seeds)..<((number + 1) * 2 * seeds)])
            : order(outcomes.count, Key(seed: 3).derived(number)).prefix(2 * seeds).map { outcomes[$0] }
          var specification = whole
          specification.variants = [.baseline, Variant(label: "again", components: whole.variants[0].components)]
          specification.seeds = (1...UInt64(seeds)).map { $0 }
          if isFound(StudyResults(specification, outcomes: dealt)) { found += 1 }
        }
        print("REPORT real, \(seeds) seeds, \(name): \(found) of \(studies)")
        #expect(Double(found) / Double(studies) <= 0.1, "\(found) of \(studies)")
      }
    }
  }

  private func order(_ count: Int, _ key: Key) -> [Int] {
    (0..<count).map { ($0, key.bits(element: $0)) }.sorted { $0.1 < $1.1 }.map(\.0)
  }
}
