import Foundation
import Rival
import Testing

@testable import RivalCommand

/// Callbacks on the command line, and what images take there.
@Suite struct CallbackCommandTests {
  private let watched = ["--diagnose", "sample-distance:every=5,samples=50"]

  @Test func aRunEndsEarlyAndSaysWhy() throws {
    let folder = try TemporaryFolder()
    let stopping = "early-stopping:value=sample-distance/sliced-wasserstein,every=5,patience=2,isHighest=true,least=1e6"
    let arguments = [
      "train", "ring", "--until", "100", "--out", folder.path("run"), "--quiet", "--callback", stopping, "--callback", "log:every=5",
    ]
    let result = try CommandProcess.run(arguments + watched + ["--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let found = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8)).members
    #expect(found["outcome"] == .string("stoppedEarly") && found["step"] == .integer(15))
    guard case .string(let reason) = found["reason"] else { throw CommandFailure("there is no reason") }
    #expect(reason.hasPrefix("early-stopping: sample-distance/sliced-wasserstein was best at step 5 ("))
    // The log lies in the run's folder, and the page is there.
    let log = try String(contentsOfFile: folder.path("run/log.csv"), encoding: .utf8).split(separator: "\n")
    #expect(log.count == 4 && log[0].contains(",sample-distance/sliced-wasserstein,") && log[3].hasPrefix("15,"))
    #expect(FileManager.default.fileExists(atPath: folder.path("run/report.html")))
    // The checkpoint holds both: a resumed run goes on to the next look.
    let resumed = try CommandProcess.run(["resume", folder.path("run"), "--until", "100", "--quiet"], in: folder)
    #expect(resumed.status == 0 && resumed.output.hasPrefix("Stopped after step 20"), "\(resumed.output)")
    #expect(try String(contentsOfFile: folder.path("run/log.csv"), encoding: .utf8).split(separator: "\n").count == 5)
  }

  @Test func whatCannotLookSaysSoAtOnce() throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(
      ["train", "ring", "--until", "10", "--quiet", "--callback", "early-stopping:value=nothing,every=2", "--out", folder.path("run")],
      in: folder)
    #expect(result.status == 0)
    #expect(
      result.errors.components(separatedBy: "warning: early-stopping says nothing: early-stopping: nothing is recorded as 'nothing'").count
        == 2,
      "\(result.errors)")
    let other = try CommandProcess.run(["train", "ring", "--until", "1", "--callback", "hinge", "--out", folder.path("x")], in: folder)
    #expect(
      other.status == 1 && other.errors.contains("'hinge' is a loss, not a callback; callbacks are log, early-stopping"), "\(other.errors)")
  }

  @Test func aStudyLogsEachTrialAndPlaysNoneShorter() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "compare", "dirac", "--variants", "baseline", "--seeds", "2", "--until", "8", "--samples", "20", "--evaluations", "2", "--jobs", "2",
    ]
    let result = try CommandProcess.run(arguments + ["--base", "log:every=2,file=a.jsonl", "--out", folder.path("study")], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    for seed in 1...2 {
      let log = try String(contentsOfFile: folder.path("study/trials/baseline/seed-\(seed)/a.jsonl"), encoding: .utf8)
      #expect(log.split(separator: "\n").count == 4)
    }
    let ended = try CommandProcess.run(
      arguments + ["--base", "early-stopping:every=1,patience=1,least=1e9", "--out", folder.path("ended")], in: folder)
    #expect(ended.status == 1 && ended.output.contains("but trials play as many rounds as the study says; leave it out"), "\(ended.output)")
  }

  @Test func imagesTakeWhatAFolderOfImagesTakes() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      try FileManager.default.createDirectory(atPath: folder.path("images/\(name)"), withIntermediateDirectories: true)
      for index in 0..<4 {
        try PNGImage(
          width: 8, height: 8, channels: 1, pixels: (0..<64).map { UInt8(truncatingIfNeeded: $0 * 3 + index) }
        ).write(to: folder.path("images/\(name)/\(index).png"))
      }
    }
    let problem = "images:folder=\(folder.path("images"))"
    func run(_ fields: String, _ name: String) throws -> CommandProcess.Result {
      try CommandProcess.run(
        ["train", problem + fields, "--until", "1", "--batch", "2", "--quiet", "--out", folder.path(name)], in: folder)
    }
    #expect(try run(",channels=color,mirror=true", "color").status == 0)
    let color = try SavedRun(folder.path("color")).run(registry: Registry.builtIn())
    let source = try #require(color.data as? ImageFolder)
    #expect(source.channels == .color && source.mirror && color.fields.first?.shape == [8, 8, 3] && color.fingerprint.hasSuffix("-mirror"))
    #expect(try run(",classes=[a]", "one").status == 0)
    #expect(try run(",background=300", "x").errors.contains("field 'background' is 300"))
  }
}
