import Foundation
import Rival
import Testing

/// A run is played again from an early checkpoint, though those between are gone.
@Suite struct ReplayTests {
  /// A run to step 500 that keeps two checkpoints, and a copy of its first, at step 100.
  private func run(in folder: TemporaryFolder) throws -> (early: String, run: String) {
    let options = ["--checkpoint-every", "100", "--keep", "2", "--batch", "16"]
    let first = folder.path(try folder.trainRing("run", to: 100, options))
    let copy = folder.path("early.h5")
    try FileManager.default.copyItem(atPath: first, toPath: copy)
    let resumed = try CommandProcess.run(
      ["resume", folder.path("run"), "--until", "500", "--threads", "1", "--quiet"] + options.dropLast(2), in: folder)
    try #require(resumed.status == 0, "\(resumed.errors)")
    #expect(try CheckpointDirectory(folder.path("run")).files().map(\.step) == [400, 500])
    return (copy, folder.path("run"))
  }

  private func replay(_ early: String, _ run: String, _ folder: TemporaryFolder, _ more: [String] = []) throws -> CommandProcess.Result {
    try CommandProcess.run(["replay", early, "--against", run, "--threads", "1"] + more, in: folder)
  }

  @Test func everyRecordedRoundIsComparedThoughItsCheckpointIsGone() throws {
    let folder = try TemporaryFolder()
    let (early, run) = try run(in: folder)
    let whole = try replay(early, run, folder)
    #expect(whole.status == 0, "\(whole.output)\(whole.errors)")
    #expect(whole.output.hasPrefix("from step 100 to step 500: all ") && whole.output.contains("equal bit for bit"), "\(whole.output)")
    #expect(whole.output.contains("and equal by their digests at steps 100, 200, 300, 400, 500"), "\(whole.output)")
    let part = try replay(early, run, folder, ["--rounds", "200", "--json"])
    #expect(part.status == 0, "\(part.errors)")
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(part.output.utf8)).members
    #expect(document["equal"] == .bool(true) && document["to"] == .integer(300))
    #expect(document["equalDigests"] == .array([.integer(100), .integer(200), .integer(300)]))
    let unknown = try replay(early, run, folder, ["--rounds", "150"])
    #expect(
      unknown.status == 2 && unknown.errors.contains("nothing is known of step 250, but of step 200, 300, 400, 500"), "\(unknown.errors)")
    let shown = try CommandProcess.run(["inspect", run], in: folder)
    #expect(shown.output.contains("digests of the state after 5 rounds, from step 100 to 500"), "\(shown.output)")
  }

  @Test func theFirstRoundAndTensorThatDifferAreNamed() throws {
    let folder = try TemporaryFolder()
    let (early, run) = try run(in: folder)
    // One recorded digest is another: that of a bias, after round 300.
    let last = CheckpointDirectory(run).path(forStep: 500)
    var contents = try CheckpointFile.read(last)
    let paths = try contents.trainingState().paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let bias = "generator/params/02_dense/bias"
    let column = try #require(paths.firstIndex(of: bias))
    let index = try #require(contents.tensors.firstIndex { $0.path == "state/digests/value" })
    contents.tensors[index].bytes[8 * (2 * paths.count + column)] ^= 1
    let changed = folder.path("changed.h5")
    try CheckpointFile.write(contents, to: changed)
    let other = try replay(early, changed, folder)
    #expect(other.status == 1, "\(other.errors)")
    #expect(
      other.output.hasPrefix(
        "from step 100 to step 300: 1 of \(paths.count) tensors differ; all were equal by their digests at steps 100, 200\n"),
      "\(other.output)")
    #expect(other.output.contains("  first: /\(bias)\n"), "\(other.output)")

    // A weight of the early checkpoint is another: it is found before a round is played.
    var edited = try CheckpointFile.read(early)
    let weight = "generator/params/00_dense/weight"
    let place = try #require(edited.tensors.firstIndex { $0.path == weight })
    edited.tensors[place].bytes[0] ^= 1
    try CheckpointFile.write(edited, to: early)
    let moved = try replay(early, run, folder)
    #expect(moved.status == 1, "\(moved.errors)")
    #expect(moved.output == "at step 100, before any round: 1 of \(paths.count) tensors differ\n  first: /\(weight)\n")
  }

  @Test func aRunOfAnotherSeedDiffersFromItsFirstRecordedRoundOn() throws {
    let folder = try TemporaryFolder()
    let early = folder.path(try folder.trainRing("run", to: 50, ["--batch", "16"]))
    _ = try folder.trainRing("other", to: 250, ["--batch", "16", "--seed", "5"])
    let result = try replay(early, folder.path("other"), folder)
    #expect(result.status == 1 && result.output.hasPrefix("from step 50 to step 100: "), "\(result.output)\(result.errors)")
    #expect(result.output.contains("  first: /generator/params/00_dense/"), "\(result.output)")
  }
}
