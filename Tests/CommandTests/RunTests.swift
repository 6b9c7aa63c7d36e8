import Foundation
import Rival
import Testing

@testable import RivalCommand

/// Training and resuming, by the bytes that they leave.
@Suite struct RunTests {
  /// Tricks that keep a state of their own.
  static let stateful = [
    "--heuristic", "exponential-moving-average", "--heuristic", "instance-noise",
    "--heuristic", "spectral-normalization", "--heuristic", "minibatch-discrimination:kernels=4", "--heuristic",
    "feature-matching",
  ]

  @Test func resumingContinuesBitForBit() throws {
    let folder = try TemporaryFolder()
    let straight = try folder.trainRing("straight", to: 40, RunTests.stateful)
    _ = try folder.trainRing("parts", to: 20, RunTests.stateful)
    let resumed = try CommandProcess.run(
      ["resume", folder.path("parts"), "--until", "40", "--threads", "1"], in: folder)
    try #require(resumed.status == 0, "\(resumed.errors)")
    let left = try CheckpointFile.read(folder.path(straight))
    let right = try CheckpointFile.read(folder.path("parts/checkpoint-00000040.h5"))
    #expect(CheckpointDifference(left, right).isEmpty)
    #expect(try folder.bytes("straight/history.csv") == folder.bytes("parts/history.csv"))
    #expect(try folder.bytes("straight/samples-40.csv") == folder.bytes("parts/samples-40.csv"))
    // The comparison can fail: half way is not the end.
    let half = try CheckpointFile.read(folder.path("parts/checkpoint-00000020.h5"))
    #expect(!CheckpointDifference(left, half).isEmpty)
  }

  @Test func aRunLeavesPicturesThatAResumedOneLeavesToo() throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("straight", to: 24)
    _ = try folder.trainRing("parts", to: 12)
    let resumed = try CommandProcess.run(["resume", folder.path("parts"), "--until", "24", "--threads", "1"], in: folder)
    for name in ["history.csv", "samples-24.csv", "film.png", "report.html"] {
      #expect(resumed.output.contains("written     \(folder.path("parts/" + name))"), "\(resumed.output)")
    }
    // Twelve frames over a run, and one before it; the first twelve rounds, as a run of their own, had one each.
    let straight = SampleFilm.frames(in: folder.path("straight/frames"))
    #expect(straight.map(\.step) == Array(stride(from: 0, through: 24, by: 2)))
    for frame in straight {
      let name = URL(fileURLWithPath: frame.path).lastPathComponent
      #expect(try folder.bytes("straight/frames/\(name)") == folder.bytes("parts/frames/\(name)"), "\(name)")
    }
    let page = try String(contentsOfFile: folder.path("straight/report.html"), encoding: .utf8)
    let places = try ["Samples beside real ones", "The same samples over the run", "What the discriminator sees", "What was recorded"].map {
      try #require(page.range(of: $0), "\($0)").lowerBound
    }
    #expect(places == places.sorted() && page.contains("<a href=\"film.png\">") && !page.contains("confidence"))
    #expect(try folder.bytes("straight/figures/losses.svg").starts(with: Array("<svg".utf8)))
  }

  @Test func picturesAndHistoryAppearWhileTrainingGoesOn() throws {
    let folder = try TemporaryFolder()
    let trainer = try Trainer(
      Problem.builtIn[0].composition(), data: Problem.builtIn[0].data(folder: nil), batchSize: 8, seed: 1, threadCount: 1)
    let artifacts = TrainingArtifacts(trainer, folder: folder.path(""), until: 24)
    var seen: [Int: [String]] = [:]
    artifacts.begin()
    let outcome = try trainer.run(until: 24) { trainer in
      if artifacts.isDue(isSaved: true) { artifacts.update() }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(""))
      seen[trainer.step] = names.filter { $0.hasPrefix("samples-") || $0 == "history.csv" }.sorted()
      return true
    }
    #expect(seen[1] == [] && seen[2] == ["history.csv", "samples-2.csv"] && seen[3] == seen[2])
    // The samples of the moment take the place of those before.
    #expect(seen[4] == ["history.csv", "samples-4.csv"] && seen[23] == ["history.csv", "samples-22.csv"])
    #expect(artifacts.files.isEmpty)
    try artifacts.finish(outcome)
    #expect(artifacts.files == ["history.csv", "samples-24.csv", "film.png", "report.html"].map { folder.path("") + "/" + $0 })
  }

  @Test func oneSeedGivesTheSameBytesAndAnotherDoesNot() throws {
    let folder = try TemporaryFolder()
    let first = try folder.bytes(try folder.trainRing("first", to: 10, ["--seed", "7"]))
    let second = try folder.bytes(try folder.trainRing("second", to: 10, ["--seed", "7"]))
    let other = try folder.bytes(try folder.trainRing("other", to: 10, ["--seed", "8"]))
    #expect(first.dropFirst(512) == second.dropFirst(512))
    #expect(first.dropFirst(512) != other.dropFirst(512))
    let same = try CommandProcess.run(["diff", folder.path("first"), folder.path("second")], in: folder)
    #expect(same.status == 0 && same.output == "identical\n")
    let different = try CommandProcess.run(["diff", folder.path("first"), folder.path("other")], in: folder)
    #expect(different.status == 1)
    #expect(different.output.contains("/config/training.seed: \"7\" | \"8\""), "\(different.output)")
  }

  @Test func keepsTheLatestCheckpoints() throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("run", to: 11, ["--checkpoint-every", "2", "--keep", "3"])
    let files = try CheckpointDirectory(folder.path("run")).files()
    #expect(files.map(\.step) == [8, 10, 11])
  }

  @Test func resumingAFinishedRunDoesNothing() throws {
    let folder = try TemporaryFolder()
    let checkpoint = try folder.trainRing("run", to: 5)
    let before = try folder.bytes(checkpoint)
    let result = try CommandProcess.run(["resume", folder.path("run"), "--until", "5"], in: folder)
    #expect(result.status == 0)
    #expect(result.output.contains("is at step 5 already"))
    #expect(try folder.bytes(checkpoint) == before)
  }

  @Test func aRunThatDivergesKeepsTheLastGoodCheckpoint() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "train", "ring", "--until", "500", "--out", folder.path("run"), "--checkpoint-every", "1", "--keep", "0",
      "--json", "--loss", "wasserstein", "--optimizer", "sgd:learningRate=1000", "--threads", "1",
    ]
    let result = try CommandProcess.run(arguments, in: folder)
    #expect(result.status == 3, "\(result.errors)")
    let report = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8)).members
    #expect(report["outcome"] == .string("diverged"))
    guard case .integer(let step) = report["verdict"]?.members["step"] else {
      Issue.record("the report has no verdict: \(result.output)")
      return
    }
    let files = try CheckpointDirectory(folder.path("run")).files()
    #expect(files.last?.step == Int(step) - 1)
    let contents = try CheckpointFile.read(try #require(files.last).path)
    let weights = try #require(contents.tensors.first { $0.path.hasPrefix("generator/params/") })
    #expect(try weights.values(as: Float.self).allSatisfy(\.isFinite))
    let history = try String(contentsOfFile: folder.path("run/history.csv"), encoding: .utf8)
    #expect(history.split(separator: "\n").count == Int(step) + 1)
  }

  @Test func ctrlCSavesAndPrintsTheCommandThatResumes() throws {
    let folder = try TemporaryFolder()
    let process = try CommandProcess(
      ["train", "ring", "--until", "100000000", "--out", folder.path("run"), "--threads", "1", "--json"], in: folder)
    let deadline = Date(timeIntervalSinceNow: 60)
    while !process.errorsSoFar.contains("Training ring"), process.isRunning, Date() < deadline {
      Thread.sleep(forTimeInterval: 0.02)
    }
    process.interrupt()
    let result = try process.wait()
    #expect(result.status == 130, "\(result.errors)")
    let report = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8)).members
    #expect(report["outcome"] == .string("interrupted"))
    let run = folder.path("run")
    #expect(
      report["resumeCommand"] == .string("\(CommandProcess.executable) resume \(run) --until 100000000"))
    guard case .integer(let step) = report["step"], step >= 1, step < 1_000_000 else {
      Issue.record("the report has no step: \(result.output)")
      return
    }
    let resumed = try CommandProcess.run(
      ["resume", run, "--until", "\(step + 3)", "--threads", "1", "--quiet"], in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    let straight = try CheckpointFile.read(folder.path(try folder.trainRing("straight", to: Int(step) + 3)))
    let last = try #require(try CheckpointDirectory(run).files().last)
    #expect(CheckpointDifference(straight, try CheckpointFile.read(last.path)).isEmpty)
  }
}

extension RunTests {
  @Test func trainsAndResumesOnTheReferenceExecutor() throws {
    let folder = try TemporaryFolder()
    let device = ["--device", "reference"]
    let straight = try folder.trainRing("straight", to: 4, device + ["--batch", "8"])
    _ = try folder.trainRing("parts", to: 2, device + ["--batch", "8"])
    let resumed = try CommandProcess.run(["resume", folder.path("parts"), "--until", "4", "--threads", "1"] + device, in: folder)
    try #require(resumed.status == 0 && !resumed.errors.contains("never stopped"), "\(resumed.errors)")
    let left = try CheckpointFile.read(folder.path(straight))
    let right = try CheckpointFile.read(folder.path("parts/checkpoint-00000004.h5"))
    #expect(CheckpointDifference(left, right).isEmpty)
    let moved = try CommandProcess.run(["resume", folder.path("parts"), "--until", "5", "--threads", "1"], in: folder)
    #expect(moved.status == 0 && moved.errors.contains("device: cpu here, reference there"), "\(moved.errors)")
  }

  @Test func anotherThreadCountIsSaid() throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("run", to: 5)
    let other = try CommandProcess.run(["resume", folder.path("run"), "--until", "6", "--threads", "2"], in: folder)
    #expect(other.status == 0 && other.errors.contains("threads: 2 here, 1 there"), "\(other.errors)")
    let again = try CommandProcess.run(["resume", folder.path("run"), "--until", "7", "--threads", "2"], in: folder)
    #expect(again.status == 0 && !again.errors.contains("never stopped"), "\(again.errors)")
  }
}
