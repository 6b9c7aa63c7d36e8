import Foundation
import Rival
import Testing

/// What commands make of checkpoints that are damaged, edited, in the way, or too many.
@Suite struct CheckpointCommandTests {
  /// A run of 6 rounds with a checkpoint every second.
  private func run(in folder: TemporaryFolder, _ more: [String] = []) throws -> String {
    _ = try folder.trainRing("run", to: 6, ["--checkpoint-every", "2", "--keep", "0"] + more)
    return folder.path("run")
  }

  /// Changes the first bytes of a tensor in the file, as h5py does in place.
  private func edit(_ file: String, _ tensor: String, to value: Float) throws {
    let contents = try CheckpointFile.read(file)
    let stored = try #require(contents.tensor(tensor))
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: stored.bytes) })
    withUnsafeBytes(of: value) { for (offset, byte) in $0.enumerated() { bytes[place + offset] = byte } }
    try Data(bytes).write(to: URL(fileURLWithPath: file))
  }

  @Test func verifyNamesWhatIsBroken() throws {
    let folder = try TemporaryFolder()
    let run = try run(in: folder)
    let sound = try CommandProcess.run(["verify", run], in: folder)
    #expect(sound.status == 0 && sound.output.hasSuffix("3 files, all sound\n"), "\(sound.output)\(sound.errors)")
    let weight = "generator/params/00_dense/weight"
    try edit(run + "/checkpoint-00000004.h5", weight, to: 7)
    try folder.write(Array("text".utf8), "run/checkpoint-00000008.h5")
    let broken = try CommandProcess.run(["verify", run, "--json"], in: folder)
    #expect(broken.status == 1)
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(broken.output.utf8)).members
    guard case .array(let files) = document["files"] else {
      Issue.record("there are no files: \(broken.output)")
      return
    }
    #expect(files.map { $0.members["valid"] } == [.bool(true), .bool(false), .bool(true), .bool(false)])
    guard case .array(let problems) = files[1].members["problems"] else {
      Issue.record("there are no problems: \(broken.output)")
      return
    }
    #expect(problems.map { $0.members["object"] } == [.null, .string("/" + weight)])
    let text = try CommandProcess.run(["verify", run + "/checkpoint-00000004.h5"], in: folder)
    #expect(text.status == 1 && text.output.contains("/\(weight): does not match its checksum"), "\(text.output)")
  }

  @Test func anEditedCheckpointIsTakenWithOneFlagEverywhere() throws {
    let folder = try TemporaryFolder()
    let run = try run(in: folder)
    let file = run + "/checkpoint-00000006.h5"
    let weight = "generator/params/00_dense/weight"
    try edit(file, weight, to: 0.25)
    let commands = [
      ["inspect", file], ["sample", file, "--count", "2", "--out", folder.path("x.csv")], ["diff", file, run + "/checkpoint-00000004.h5"],
      ["diagnose", file, "--only", "discriminator-outputs"], ["resume", file, "--until", "8", "--threads", "1"],
    ]
    for command in commands {
      let refused = try CommandProcess.run(command, in: folder)
      #expect(refused.status == (command[0] == "diff" ? 2 : 1) && refused.errors.contains("--edited"), "\(command): \(refused.errors)")
      let taken = try CommandProcess.run(command + ["--edited"], in: folder)
      #expect(taken.status == (command[0] == "diff" ? 1 : 0), "\(command): \(taken.errors)")
    }
    // What is saved later is sound, and says that it was edited.
    let later = try CheckpointFile.read(run + "/checkpoint-00000008.h5")
    #expect(later.edited == "at step 6: /\(weight)")
    let inspected = try CommandProcess.run(["inspect", run], in: folder)
    #expect(inspected.output.contains("edited by another tool at step 6: /\(weight)"), "\(inspected.output)")
  }

  @Test func whatIsInTheWayOfTheNextCheckpointIsMovedAside() throws {
    let folder = try TemporaryFolder()
    let run = try run(in: folder)
    try folder.write(Array("not a checkpoint".utf8), "run/checkpoint-00000008.h5")
    let resumed = try CommandProcess.run(["resume", run, "--until", "8", "--threads", "1"], in: folder)
    #expect(resumed.status == 0 && resumed.errors.contains("checkpoint-00000008.h5.damaged"), "\(resumed.errors)")
    #expect(try CheckpointFile.read(run + "/checkpoint-00000008.h5").step == 8)
    #expect(try folder.bytes("run/checkpoint-00000008.h5.damaged") == Array("not a checkpoint".utf8))
  }

  @Test func samplesOfEarlierSittingsStay() throws {
    let folder = try TemporaryFolder()
    let run = try run(in: folder)
    let before = try folder.bytes("run/samples-6.csv")
    let resumed = try CommandProcess.run(["resume", run, "--until", "8", "--threads", "1"], in: folder)
    #expect(resumed.status == 0)
    #expect(try folder.bytes("run/samples-6.csv") == before)
    #expect(try folder.bytes("run/samples-8.csv") != before)
  }

  @Test func pruneKeepsWhatARuleKeeps() throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("run", to: 12, ["--checkpoint-every", "1", "--keep", "0"])
    let run = folder.path("run")
    let losses = try (1...12).map { step in
      try #require(
        try CheckpointFile.read(CheckpointDirectory(run).path(forStep: step)).lastValue(of: "generator.loss"))
    }
    let best = try #require((1...12).max { losses[$0 - 1] < losses[$1 - 1] })
    let rules = ["--keep", "2", "--keep-best", "1", "--keep-by", "generator.loss", "--keep-highest", "--keep-every", "5"]
    let wanted = Set([11, 12, 5, 10, best]).sorted()
    let dry = try CommandProcess.run(["prune", run, "--dry-run"] + rules, in: folder)
    #expect(dry.status == 0 && dry.output.contains("\(12 - wanted.count) would be deleted"), "\(dry.output)\(dry.errors)")
    #expect(try CheckpointDirectory(run).files().count == 12)
    let pruned = try CommandProcess.run(["prune", run] + rules, in: folder)
    #expect(pruned.status == 0, "\(pruned.errors)")
    #expect(try CheckpointDirectory(run).files().map(\.step) == wanted)
    let unknown = try CommandProcess.run(["prune", run, "--keep-best", "1", "--keep-by", "generator.los"], in: folder)
    #expect(unknown.status == 1 && unknown.errors.contains("there are discriminator.real, "), "\(unknown.errors)")
  }

  @Test func trainingKeepsWhatARuleKeeps() throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("all", to: 12, ["--checkpoint-every", "1", "--keep", "0"])
    let losses = try (1...12).map { step in
      try #require(try CheckpointFile.read(CheckpointDirectory(folder.path("all")).path(forStep: step)).lastValue(of: "generator.loss"))
    }
    let rules = ["--keep", "2", "--keep-every", "5", "--keep-best", "1", "--keep-by", "generator.loss"]
    _ = try folder.trainRing("run", to: 12, ["--checkpoint-every", "1"] + rules)
    let best = try #require((1...12).min { losses[$0 - 1] < losses[$1 - 1] })
    let files = try CheckpointDirectory(folder.path("run")).files()
    #expect(files.map(\.step) == Set([11, 12, 5, 10, best]).sorted())
    #expect(files.map(\.header.retentionMetric) == files.map { losses[$0.step - 1] })
    let unknown = try CommandProcess.run(
      ["train", "ring", "--until", "2", "--out", folder.path("none"), "--keep-best", "1", "--keep-by", "fid"], in: folder)
    #expect(unknown.status == 1 && unknown.errors.contains("nothing is recorded as 'fid'"), "\(unknown.errors)")
  }

  @Test func weightsLeaveAndComeBack() throws {
    let folder = try TemporaryFolder()
    let run = try run(in: folder)
    let (weights, names, other) = (folder.path("w.safetensors"), folder.path("names.json"), folder.path("other.h5"))
    try folder.write(Array(#"{"00_dense/weight": "net.0.weight"}"#.utf8), "names.json")
    let exported = try CommandProcess.run(["export", run, "--out", weights, "--names", names], in: folder)
    #expect(exported.status == 0, "\(exported.errors)")
    var file = try SafetensorsFile(reading: weights)
    #expect(file.tensors.map(\.path).contains("net.0.weight") && file.metadata["step"] == "6")
    let imported = try CommandProcess.run(["import", run, weights, "--out", other, "--names", names], in: folder)
    #expect(imported.status == 0, "\(imported.errors)")
    let back = try CheckpointFile.read(other)
    #expect(CheckpointDifference(try CheckpointFile.read(run + "/checkpoint-00000006.h5"), back).tensors.isEmpty)
    #expect(back.edited == "at step 6: generator from w.safetensors")
    // Missing, extra and misshapen ones are all named.
    let last = try #require(file.tensors.indices.last)
    file.tensors[last].path = "spare"
    file.tensors[0] = StoredTensor(path: file.tensors[0].path, shape: [1], values: [Float(0)])
    try file.write(to: weights)
    let refused = try CommandProcess.run(["import", run, weights, "--out", folder.path("none.h5"), "--names", names], in: folder)
    #expect(refused.status == 1 && !FileManager.default.fileExists(atPath: folder.path("none.h5")))
    for phrase in ["'spare' belongs to no layer", "is missing", "is float32 [1], but float32 ["] {
      #expect(refused.errors.contains(phrase), "\(refused.errors)")
    }
    let absent = try CommandProcess.run(["export", run, "--out", weights, "--weights", "generator_ema"], in: folder)
    #expect(absent.status == 1 && absent.errors.contains("it has generator, discriminator"), "\(absent.errors)")
  }

  @Test func samplesAreDrawnOfGivenVectorsAndScored() throws {
    let folder = try TemporaryFolder()
    let run = try run(in: folder)
    func sample(_ arguments: [String], _ name: String) throws -> [Float] {
      let result = try CommandProcess.run(["sample", run, "--out", folder.path(name)] + arguments, in: folder)
      #expect(result.status == 0, "\(result.errors)")
      return try NPYFile(reading: folder.path(name)).floats
    }
    let drawn = try sample(["--count", "8", "--seed", "3"], "drawn.npy")
    let way = try sample(["--interpolate", "2,5", "--steps", "4", "--seed", "3"], "way.npy")
    #expect(way.count == 8 && way[..<2] == drawn[4..<6] && way[6...] == drawn[10..<12])
    let vectors = try Trainer(resuming: run, registry: .builtIn()).latents(8, seed: 3)
    try NPYFile(vectors.scalars(), shape: [8, 16]).write(to: folder.path("vectors.npy"))
    #expect(try sample(["--latents", folder.path("vectors.npy")], "again.npy") == drawn)
    for arguments in [["--count", "3", "--steps", "1"], ["--interpolate", "2"], [], ["--count", "2", "--interpolate", "0,1"]] {
      #expect(try CommandProcess.run(["sample", run, "--out", folder.path("x.npy")] + arguments, in: folder).status == 64, "\(arguments)")
    }
    // The discriminator's output is that of the network in a program.
    let scored = try CommandProcess.run(
      ["score", run, folder.path("drawn.npy"), "--out", folder.path("scores.npy"), "--json"], in: folder)
    #expect(scored.status == 0, "\(scored.errors)")
    let judge = try Trainer(resuming: run, registry: .builtIn()).trained("discriminator")
    let scores = try judge(Tensor(drawn, shape: [8, 2])).scalars()
    #expect(try NPYFile(reading: folder.path("scores.npy")).floats == scores)
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(scored.output.utf8)).members
    let share: Double? =
      switch document["above zero"] {
      case .number(let value): value
      case .integer(let value): Double(value)
      default: nil
      }
    #expect(share == Double(scores.count { $0 > 0 }) / 8 && document["count"] == .integer(8))
    let misfit = try CommandProcess.run(["score", run, folder.path("vectors.npy")], in: folder)
    #expect(
      misfit.status == 1 && misfit.errors.contains("a sample has 16 numbers ([16]), but the discriminator takes [2]"), "\(misfit.errors)")
  }

  @Test func aFolderThatIsMadeAnewUnderARunIsNotWrittenIn() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("run")
    let process = try CommandProcess(
      ["train", "ring", "--until", "100000000", "--out", run, "--threads", "1", "--checkpoint-every", "200"], in: folder)
    let deadline = Date(timeIntervalSinceNow: 60)
    while !FileManager.default.fileExists(atPath: run + "/checkpoint-00000200.h5"), process.isRunning, Date() < deadline {
      Thread.sleep(forTimeInterval: 0.02)
    }
    try FileManager.default.moveItem(atPath: run, toPath: folder.path("moved"))
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: false)
    let result = try process.wait()
    #expect(result.status == 1 && result.errors.contains("was moved away") && result.errors.contains("/moved"), "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: run) == [])
  }

  @Test func aLimitOfTheFileSizeIsAnErrorThatLeavesNothingBehind() throws {
    let folder = try TemporaryFolder()
    let program = try JSONDecoder().decode(
      JSONValue.self,
      from: Data(
        try CommandProcess.run(["train", "ring", "--until", "1", "--out", folder.path("first"), "--threads", "1", "--json"], in: folder)
          .output.utf8))
    #expect(program.members["outcome"] == .string("completed"))
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [
      "-c", "ulimit -f 100; exec \"$0\" train ring --until 4 --out \"$1\" --threads 1 --checkpoint-every 2", CommandProcess.executable,
      folder.path("run"),
    ]
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(text)")
    #expect(text.contains("error: ") && text.contains("File too large"), "\(text)")
    // Smaller files, to look at, were written while it went on.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("run"))
    #expect(names.filter { !["frames", "history.csv"].contains($0) && !$0.hasPrefix("samples-") } == [".lock"])
  }

  @Test func foldersThatAreWrittenAndPrunedAreRead() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("run")
    let process = try CommandProcess(
      ["train", "ring", "--until", "100000000", "--out", run, "--threads", "1", "--checkpoint-every", "5", "--keep", "2", "--quiet"],
      in: folder)
    let deadline = Date(timeIntervalSinceNow: 60)
    while !FileManager.default.fileExists(atPath: run + "/checkpoint-00000020.h5"), process.isRunning, Date() < deadline {
      Thread.sleep(forTimeInterval: 0.02)
    }
    for _ in 0..<5 {
      for command in [["inspect", run], ["diff", run, run], ["sample", run, "--count", "2", "--out", folder.path("x.csv")]] {
        let result = try CommandProcess.run(command, in: folder)
        #expect(result.status == 0 || command[0] == "diff" && result.status == 1, "\(command): \(result.errors)")
      }
    }
    process.interrupt()
    #expect(try process.wait().status == 130)
  }
}
