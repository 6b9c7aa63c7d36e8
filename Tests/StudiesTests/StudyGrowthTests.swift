import Checkpoints
import Components
import Foundation
import Testing

@testable import Studies

/// What a stored study becomes when more is asked for.
@Suite struct StudyGrowthTests {
  private func growth(_ stored: StudySpecification, _ asked: StudySpecification) throws -> StudyGrowth {
    try StudyGrowth(of: stored, by: asked, in: "there")
  }

  @Test func whatIsAskedForBeyondTheStudyIsAdded() throws {
    let stored = study(variants: ["baseline", "a"], seeds: 3)
    // All that is there is asked for too: the order asked for holds, so that the study is the one that was asked for.
    let whole = study(variants: ["b", "baseline", "a"], seeds: 6)
    let grown = try growth(stored, whole)
    #expect(grown.specification == whole)
    #expect(grown.additions == ["1 variant (b)", "3 seeds (4, 5, 6)"] && grown.kept.isEmpty)
    let same = try growth(stored, stored)
    #expect(same.specification == stored && same.additions.isEmpty && same.kept.isEmpty)
  }

  @Test func nothingThatIsThereIsLost() throws {
    let stored = study(variants: ["baseline", "a"], seeds: 3)
    var asked = study(variants: ["c"], seeds: 2, rounds: 40)
    asked.evaluationCount = stored.evaluationCount
    let grown = try growth(stored, asked)
    #expect(grown.specification.variants.map(\.label) == ["baseline", "a", "c"])
    #expect(grown.specification.seeds == [1, 2, 3] && grown.specification.rounds == 100)
    #expect(grown.additions == ["1 variant (c)"])
    #expect(grown.kept == ["2 variants (baseline, a)", "1 seed (3)", "100 rounds"])
  }

  @Test func moreRoundsKeepTheRoundsBetweenEvaluations() throws {
    var stored = study(variants: ["baseline"], seeds: 1, rounds: 45)
    var asked = stored
    asked.rounds = 90
    let grown = try growth(stored, asked).specification
    #expect(grown.rounds == 90 && grown.evaluationCount == 40)
    #expect(Array(grown.evaluationSteps.prefix(20)) == stored.evaluationSteps)
    #expect(try growth(stored, grown).specification == grown, "asked for whole, it is the same")
    // Fewer rounds than evaluations: each round is evaluated.
    stored.rounds = 7
    asked.rounds = 9
    #expect(try growth(stored, asked).specification.evaluationSteps == Array(1...9))

    stored.rounds = 600
    stored.evaluationCount = 5
    asked = stored
    asked.rounds = 1000
    #expect(
      message { _ = try growth(stored, asked) }.contains("multiples of 120 rounds, but 1000 rounds are asked for; ask for 960 or 1080"))
    asked.rounds = 601
    #expect(message { _ = try growth(stored, asked) }.hasSuffix("ask for 720"))
    asked.rounds = 1200
    asked.evaluationCount = 5
    #expect(try growth(stored, asked).specification.evaluationCount == 10)
    asked.evaluationCount = 7
    #expect(message { _ = try growth(stored, asked) }.contains("evaluations: 10 → 7"))
  }

  @Test func whatCouldNotBeComparedIsRefusedWithTheDifferences() throws {
    let stored = study(variants: ["baseline", "a"], seeds: 2)
    var asked = study(variants: ["baseline", "a", "b"], seeds: 3)
    asked.problem = "grid"
    asked.batchSize = 9
    asked.sampleCount = 7
    asked.evaluationCount = 3
    asked.dataFolder = "/data"
    let text = message { _ = try growth(stored, asked) }
    let changes = ["problem: ring → grid", "batch size: 8 → 9", "samples per evaluation: 2500 → 7", "evaluations: 20 → 3"]
    for change in changes + ["data folder: none → /data", "there holds a study"] { #expect(text.contains(change), "\(text)") }
    #expect(!text.contains("seeds:") && !text.contains("variants:"))
    // A label stands for what it stood for, and nothing has two labels.
    var other = stored
    other.variants[1].components[0].fields = .object(["x": .integer(2)])
    #expect(message { _ = try growth(stored, other) }.contains("variants: the components of a, or their defaults, have changed"))
    other.variants[1] = Variant(label: "z", components: stored.variants[1].components)
    #expect(message { _ = try growth(stored, other) }.contains("the variants 'a' and 'z' are the same"))
  }

  @Test func theStudyInAFolderGrows() throws {
    try withFolder { path in
      let directory = StudyDirectory(path + "/study")
      let first = study(variants: ["baseline", "a"], seeds: 2)
      #expect(try directory.prepare(first) == first)
      let second = study(variants: ["baseline", "a", "b"], seeds: 3)
      var reports: [StudyGrowth] = []
      #expect(try directory.prepare(second) { reports.append($0) } == second)
      #expect(reports.map(\.additions) == [["1 variant (b)", "1 seed (3)"]])
      #expect(try directory.specification() == second)
      // Nobody makes a study grow under one that runs, and one that was made to grow is not gone on with as it was.
      let lock = try directory.checkpointDirectory.lock()
      #expect(message { _ = try directory.prepare(study(variants: ["baseline", "a", "b"], seeds: 9)) }.contains("locked"))
      lock.release()
      #expect(try directory.specification() == second)
      let runner = StudyRunner(
        first, in: directory, jobs: 1, launch: { _ in TrialLaunch(executable: "/bin/false", arguments: []) }, stop: StopSignal())
      #expect(message { _ = try runner.run() }.contains("was changed by another process meanwhile"))
    }
  }
}
