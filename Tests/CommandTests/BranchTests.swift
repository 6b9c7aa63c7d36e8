import Foundation
import Rival
import Testing

@testable import RivalCommand

/// A run is branched with one change and played again to the same bytes.
@Suite struct BranchTests {
  private func run(_ arguments: [String], _ folder: TemporaryFolder) throws -> CommandProcess.Result {
    try CommandProcess.run(arguments, in: folder)
  }

  @Test func aBranchHasOneChangeAndAllElseBitForBit() throws {
    let folder = try TemporaryFolder()
    let file = try folder.trainRing(
      "run", to: 20, ["--heuristic", "label-smoothing:real=0.9", "--heuristic", "exponential-moving-average"])
    let result = try run(
      [
        "branch", folder.path(file), "--with", "spectral-normalization", "--with", "label-smoothing:real=0.8", "--out",
        folder.path("branch"), "--json",
      ],
      folder)
    #expect(result.status == 0, "\(result.errors)")
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8)).members
    guard case .array(let added) = document["added"], case .array(let dropped) = document["dropped"] else {
      Issue.record("\(result.output)")
      return
    }
    #expect(
      added.count == 3 && added.allSatisfy { $0.plain.hasPrefix("heuristics/spectral-normalization/discriminator/") } && dropped.isEmpty)
    let before = try SavedRun(folder.path(file)).contents
    let after = try SavedRun(folder.path("branch")).contents
    let difference = CheckpointDifference(before, after)
    #expect(difference.tensors.allSatisfy { $0.kind == .missingOnLeft } && difference.tensors.count == 3)
    #expect(after.lineage.map(\.changes) == [["spectral-normalization", "label-smoothing:real=0.8"]] && after.lineage[0].step == 20)
    let composition = try #require(StoredRun(after, registry: .builtIn()).gan)
    #expect(composition.heuristics.map(\.name) == ["label-smoothing", "exponential-moving-average", "spectral-normalization"])
    #expect((composition.heuristics[0] as? LabelSmoothing)?.real == 0.8)

    // The branch goes on, its lineage with it, and a branch of the branch has both.
    #expect(try run(["resume", folder.path("branch"), "--until", "25", "--threads", "1", "--quiet"], folder).status == 0)
    let second = ["branch", folder.path("branch"), "--without", "label-smoothing", "--out", folder.path("second")]
    #expect(try run(second, folder).status == 0)
    let shown = try run(["inspect", folder.path("second")], folder).output
    #expect(
      shown.contains("branched at step 20 of ") && shown.contains("branched at step 25 of ") && shown.contains("without label-smoothing"))
    // What had been branched before is not overwritten, and what is not there cannot be left out.
    #expect(try run(second, folder).errors.contains("holds checkpoints already"))
    let missing = try run(["branch", folder.path(file), "--without", "rollback", "--out", folder.path("third")], folder)
    #expect(missing.status == 1 && missing.errors.contains("there is no heuristic 'rollback' in the composition; it has label-smoothing, "))
  }

  @Test func aRunIsPlayedAgainToTheSameBytes() throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("run", to: 30, ["--checkpoint-every", "10", "--keep", "5"])
    func path(_ step: Int) -> String { folder.path("run/checkpoint-000000\(step).h5") }
    let equal = try run(["replay", path(10), "--threads", "1"], folder)
    #expect(equal.status == 0 && equal.output.hasPrefix("from step 10 to step 20: all "), "\(equal.output)\(equal.errors)")
    #expect(try run(["replay", path(10), "--rounds", "20", "--threads", "1"], folder).output.hasPrefix("from step 10 to step 30: all "))
    // Another run's checkpoint is another one from the first tensor on.
    _ = try folder.trainRing("other", to: 20, ["--seed", "5"])
    let other = try run(["replay", path(10), "--against", folder.path("other/checkpoint-00000020.h5"), "--threads", "1"], folder)
    #expect(other.status == 1 && other.output.contains("  first: /generator/params/00_dense/"), "\(other.output)")
    let none = try run(["replay", path(10), "--rounds", "7"], folder)
    #expect(none.status == 2 && none.errors.contains("nothing is known of step 17, but of step 20, 30"), "\(none.errors)")
  }

  @Test func weightsThatAreNotFiniteAreSaidWhenSampledFrom() throws {
    let folder = try TemporaryFolder()
    let trainer = try Trainer(resuming: folder.path(folder.trainRing("run", to: 3)), threadCount: 1)
    var state = trainer.state
    let path = "generator/params/02_dense/bias"
    state[path] = try Tensor(Double.nan, shape: #require(state[path]).shape)
    try trainer.restore(state: state, step: 3, history: trainer.history)
    try trainer.save(to: folder.path("broken.h5"))
    let result = try run(["sample", folder.path("broken.h5"), "--count", "2", "--out", folder.path("x.npy")], folder)
    #expect(result.errors.contains("warning: '\(path)' holds numbers that are not finite"), "\(result.errors)")
    let whole = try run(["sample", folder.path("run"), "--count", "2", "--out", folder.path("y.npy")], folder)
    #expect(whole.status == 0 && !whole.errors.contains("finite"))
  }
}
