import Foundation
import Rival
import Testing

/// A study that grows, in processes that are killed.
@Suite struct StudyGrowthCommandTests {
  /// The results without times.
  private func results(_ path: String) throws -> JSONValue {
    func timeless(_ value: JSONValue) -> JSONValue {
      switch value {
      case .object(let members): .object(members.filter { $0.key != "millisecondsPerRound" }.mapValues(timeless))
      case .array(let elements): .array(elements.map(timeless))
      default: value
      }
    }
    return timeless(try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: URL(fileURLWithPath: path + "/results.json"))))
  }

  /// The paths of all files in a folder.
  private func files(_ path: String) throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }

  @Test func aStudyThatIsKilledAndGrowsIsTheOneThatRanWhole() throws {
    let folder = try TemporaryFolder()
    let sizes = ["--samples", "100", "--jobs", "2"]
    let (parts, whole) = (folder.path("parts"), folder.path("whole"))
    let begun = try CommandProcess(
      ["compare", "dirac", "--variants", "baseline,r1-penalty", "--seeds", "3", "--until", "2000", "--evaluations", "4"] + sizes
        + ["--out", parts], in: folder)
    // Killed when the first run has its result.
    let first = parts + "/trials/baseline/seed-1/result.json"
    while begun.isRunning, !FileManager.default.fileExists(atPath: first) { usleep(2_000) }
    begun.kill()
    #expect(try begun.wait().status == -SIGKILL, "it was killed before its end")
    #expect(!FileManager.default.fileExists(atPath: parts + "/results.json"))

    // More seeds, a variant and rounds are added; all else is the study's.
    let grown = try CommandProcess.run(
      [
        "compare", "--variants", "baseline,r1-penalty,r1-penalty:gamma=1", "--seeds", "6", "--until", "3000", "--jobs", "2", "--out", parts,
      ],
      in: folder)
    #expect(grown.status == 0, "\(grown.errors)")
    let said =
      "holds a study of 'dirac'; added: 1 variant (r1-penalty:gamma=1), 3 seeds (4, 5, 6), 1000 rounds to each run."
    #expect(grown.errors.contains(said), "\(grown.errors)")

    let straight = try CommandProcess.run(
      ["compare", "dirac", "--variants", "baseline,r1-penalty,r1-penalty:gamma=1", "--seeds", "6", "--until", "3000", "--evaluations", "6"]
        + sizes + ["--out", whole], in: folder)
    #expect(straight.status == 0, "\(straight.errors)")
    #expect(try results(parts) == results(whole))
    #expect(try files(parts) == files(whole))
    #expect(try folder.bytes("parts/study.json") == folder.bytes("whole/study.json"))

    // The folder is enough to go on, and then nothing is left to do; fewer seeds take nothing away.
    let before = try results(parts)
    let again = try CommandProcess.run(["compare", "--seeds", "2", "--out", parts], in: folder)
    #expect(again.status == 0 && again.errors.contains("going on with it; staying besides what was asked for: 4 seeds (3, 4, 5, 6)."))
    #expect(try results(parts) == before)
    // What could not be compared is refused, and so is a study that is not there.
    for (arguments, says) in [
      (["ring", "--out", parts], "problem: dirac → ring"), (["--batch", "7", "--out", parts], "batch size: 1 → 7"),
      (["--out", folder.path("none")], "there is nothing to compare; name a problem"),
    ] {
      let refused = try CommandProcess.run(["compare"] + arguments, in: folder)
      #expect(refused.status == 1 && refused.errors.contains(says), "\(refused.errors)")
    }
  }

  @Test func variantsThatCannotBeBuiltAreFoundBeforeAnythingRuns() throws {
    let folder = try TemporaryFolder()
    for (variant, says) in [
      ("conv2d:filters=3", "the variant 'conv2d:filters=3' cannot be built: "),
      (
        "hinge+wasserstein",
        "the variant 'hinge+wasserstein' cannot be built: the composition does not fit together: 'wasserstein' is a second loss"
      ),
    ] {
      let result = try CommandProcess.run(
        ["compare", "ring", "--variants", "baseline,\(variant)", "--until", "2", "--out", folder.path("x")], in: folder)
      #expect(result.status == 1 && result.errors.contains(says), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
    }
  }
}
