import Foundation
import Rival
import Testing

/// What commands write: documents for machines, samples in every format.
@Suite struct OutputTests {
  private func document(_ arguments: [String], _ folder: TemporaryFolder) throws -> JSONValue {
    let result = try CommandProcess.run(arguments, in: folder)
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8))
  }

  @Test func inspectTellsWhatACheckpointHolds() throws {
    let folder = try TemporaryFolder()
    let checkpoint = try folder.trainRing(
      "run", to: 20, ["--seed", "5", "--heuristic", "r1-penalty:gamma=3", "--latent", "4", "--batch", "48"])
    let found = try document(["inspect", folder.path(checkpoint), "--json"], folder).members
    #expect(found["step"] == .integer(20))
    #expect(found["seed"] == .string("5"))
    #expect(found["batchSize"] == .integer(48))
    #expect(found["fileBytes"] == .integer(Int64(try folder.bytes(checkpoint).count)))
    #expect(found["digest"]?.members["state"] == .string("valid"))
    guard case .array(let players) = found["players"], case .array(let components) = found["components"] else {
      Issue.record("there are no players or components")
      return
    }
    // 4·128 + 128 + 128·128 + 128 + 128·2 + 2, and 2·128 + 128 + 128·128 + 128 + 128 + 1.
    #expect(players.map { $0.members["name"] } == [.string("generator"), .string("discriminator")])
    #expect(players.map { $0.members["parameters"] } == [.integer(17_410), .integer(17_025)])
    let penalty = components.first { $0.members["name"] == .string("r1-penalty") }
    #expect(penalty?.members["role"] == .string("heuristic"))
    #expect(penalty?.members["fields"]?.members["gamma"] == .integer(3))
  }

  @Test func everyCommandWritesOneDocument() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("run")
    let trained = try document(
      ["train", "ring", "--until", "3", "--out", run, "--json", "--threads", "1"], folder)
    #expect(trained.members["outcome"] == .string("completed"))
    #expect(trained.members["coverage"]?.members["modes"] == .integer(8))
    let resumed = try document(["resume", run, "--until", "4", "--json", "--threads", "1"], folder)
    #expect(resumed.members["step"] == .integer(4))
    let equal = try document(["diff", run, run, "--json"], folder)
    #expect(equal.members["equal"] == .bool(true))
    let adam = try document(["plugins", "describe", "adam", "--json"], folder)
    #expect(adam.members["fields"]?.members["beta1"] == .number(0.5))
    guard case .array(let plugins) = try document(["plugins", "list", "--json"], folder) else {
      Issue.record("the list of plugins is no array")
      return
    }
    #expect(plugins.map { $0.members["name"]?.plain } == (try Registry.builtIn()).names)
    let bench = try document(["bench", "mlp-ring", "--rounds", "2", "--threads", "1", "--batch-size", "32", "--json"], folder).members
    #expect(bench["batchSize"] == .integer(32) && bench["device"] == .string("cpu"))
    #expect(bench["parameters"] == .object(["generator": .integer(17_154), "discriminator": .integer(17_025)]))
    #expect(bench["name"] == .string("mlp-ring"))
    #expect(bench["rounds"] == .integer(2) && bench["threads"] == .integer(1))
    for key in ["medianMilliseconds", "minimumMilliseconds", "peakBytes"] {
      #expect((Double(bench[key]?.plain ?? "") ?? 0) > 0, "\(key)")
    }
  }

  @Test func samplesAgreeInEveryFormat() throws {
    let folder = try TemporaryFolder()
    let checkpoint = folder.path(try folder.trainRing("run", to: 5))
    for ending in ["h5", "npy", "csv"] {
      let result = try CommandProcess.run(
        ["sample", checkpoint, "--count", "300", "--seed", "3", "--out", folder.path("samples.\(ending)")], in: folder)
      #expect(result.status == 0, "\(result.errors)")
    }
    let array = try NPYFile(reading: folder.path("samples.npy"))
    #expect(array.shape == [300, 2])
    #expect(try CSVFile(reading: folder.path("samples.csv")).values == array.floats)
    // The dataset lies in one piece in the HDF5 file.
    let file = Data(try folder.bytes("samples.h5"))
    #expect(file.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]))
    #expect(file.range(of: array.floats.withUnsafeBytes { Data($0) }) != nil)
    #expect(file.range(of: Data("samples".utf8)) != nil)
    let image = try CommandProcess.run(
      ["sample", checkpoint, "--count", "4", "--out", folder.path("samples.png")], in: folder)
    #expect(image.status == 1 && image.errors.contains("are no images"), "\(image.errors)")
    let over = try CommandProcess.run(["sample", checkpoint, "--count", "4", "--out", checkpoint], in: folder)
    #expect(over.status == 1 && over.errors.contains("taken by a checkpoint"), "\(over.errors)")
  }

  static let h5ls = ["/usr/bin/h5ls", "/usr/local/bin/h5ls"].first(where: FileManager.default.isExecutableFile)

  @Test(.enabled(if: h5ls != nil)) func otherProgramsReadSamples() throws {
    let folder = try TemporaryFolder()
    let checkpoint = folder.path(try folder.trainRing("run", to: 1))
    let result = try CommandProcess.run(
      ["sample", checkpoint, "--count", "7", "--out", folder.path("samples.h5")], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let tool = Process()
    let pipe = Pipe()
    tool.executableURL = URL(fileURLWithPath: try #require(OutputTests.h5ls))
    tool.arguments = ["-r", folder.path("samples.h5")]
    tool.standardOutput = pipe
    try tool.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    tool.waitUntilExit()
    #expect(tool.terminationStatus == 0)
    #expect(text.contains("/samples                 Dataset {7, 2}"), "\(text)")
  }

  @Test func imagesGetAGrid() throws {
    let folder = try TemporaryFolder()
    // Two images of 28×28 in MNIST's format.
    let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]
    try folder.write(header + (0..<2 * 28 * 28).map { UInt8($0 % 251) }, "train-images-idx3-ubyte")
    let run = folder.path("run")
    let trained = try document(
      ["train", "mnist", "--data", folder.path(""), "--batch", "2", "--until", "1", "--out", run, "--json"], folder)
    #expect(trained.members["outcome"] == .string("completed"))
    let grid = try PNGImage(reading: run + "/samples-1.png")
    #expect(grid.width == 8 * 30 + 2 && grid.height == 8 * 30 + 2)
    // The data may be gone: sampling needs the generator alone.
    try FileManager.default.removeItem(atPath: folder.path("train-images-idx3-ubyte"))
    let sampled = try document(
      ["sample", run, "--count", "5", "--out", folder.path("digits.h5"), "--json"], folder)
    #expect(sampled.members["shape"] == .array([5, 28, 28, 1].map { .integer($0) }))
    #expect(try PNGImage(reading: folder.path("digits.png")).width == 3 * 30 + 2)
    let resumed = try CommandProcess.run(["resume", run, "--until", "2"], in: folder)
    #expect(resumed.status == 1 && resumed.errors.contains("images-idx3-ubyte"), "\(resumed.errors)")
  }
}
