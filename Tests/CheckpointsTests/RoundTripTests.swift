import Foundation
import Testing

@testable import Checkpoints

@Suite("Round trip")
struct RoundTripTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("M3: what was written is read, bit for bit, in order")
  func everything() throws {
    let path = scratch.file("a.h5")
    let created = Date(timeIntervalSince1970: 1_700_000_000.123)
    try CheckpointFile.write(sample(), to: path, created: created)
    let read = try CheckpointFile.read(path)
    #expect(try read == sample().canonical())
    #expect(read.tensors == sample().tensors)
    #expect(read.configurations == sample().configurations)
    #expect(read.group("generator")?.attributes == sample().groups[0].attributes)
    #expect(read.groups.map(\.path).contains("rng/latent"))
    #expect(try read.tensor("generator/params/00_dense/weight")?.values(as: Float.self)[0].bitPattern == 0x7fa0_0001)
    #expect(read.tensor("state/mask")?.isBoolean == true)
    let header = try CheckpointFile.header(of: path)
    #expect(header.step == 400 && header.retentionMetric == 12.5 && header.formatMinor == 1)
    #expect(try bytes(path).count == header.length)
    #expect(abs(header.created.timeIntervalSince(created)) < 0.0005)
    #expect(try CheckpointFile.read(path, verification: .edited) == read)
    #expect(try scratch.names() == ["a.h5"])
  }

  @Test("no metric is no metric, and NaN is none")
  func metric() throws {
    for metric in [nil, Double.nan] {
      try CheckpointFile.write(sample(metric: metric), to: scratch.file("a.h5"))
      #expect(try CheckpointFile.read(scratch.file("a.h5")).retentionMetric == nil)
    }
  }

  @Test("the smallest checkpoint, and many tensors in one group, which changes how the library stores links")
  func sizes() throws {
    for count in [0, 1, 8, 9, 33, 1_000] {
      let tensors = (0..<count).map {
        StoredTensor(
          path: "generator/params/\(($0 * 7919) % 1_009)", shape: [$0 % 4], values: [Int32](0..<Int32($0 % 4)))
      }
      let contents = CheckpointContents(producer: "", step: 0, tensors: tensors)
      try CheckpointFile.write(contents, to: scratch.file("a.h5"))
      #expect(try CheckpointFile.read(scratch.file("a.h5")) == contents.canonical())
    }
  }

  @Test("M2: the bytes after the header depend on the contents alone, and reading and writing again keeps them")
  func reproducible() throws {
    let first = try CheckpointFile.image(of: sample(), created: Date(timeIntervalSince1970: 1))
    let second = try CheckpointFile.image(of: sample(), created: Date(timeIntervalSince1970: 2_000_000_000))
    #expect(first[512...] == second[512...])
    #expect(first[..<512] != second[..<512])
    try put(first, scratch.file("a.h5"))
    let again = try CheckpointFile.image(
      of: CheckpointFile.read(scratch.file("a.h5")), created: Date(timeIntervalSince1970: 1))
    #expect(again == first)
    var other = sample()
    other.tensors[0].bytes[0] ^= 1
    #expect(try CheckpointFile.image(of: other)[512...] != first[512...])
  }

  @Test("writing replaces the old file")
  func replaces() throws {
    try CheckpointFile.write(sample(step: 1), to: scratch.file("a.h5"))
    try CheckpointFile.write(sample(step: 2), to: scratch.file("a.h5"))
    #expect(try CheckpointFile.read(scratch.file("a.h5")).step == 2)
    #expect(try scratch.names() == ["a.h5"])
  }

  @Test("an object with the most attributes and the longest text is written and read")
  func limits() throws {
    var contents = sample()
    contents.groups[0].attributes = (0..<CheckpointLimits.attributes).map {
      StoredAttribute("a\($0)", .text(String(repeating: "x", count: $0 == 0 ? CheckpointLimits.attributeBytes : 1)))
    }
    contents.configurations[0].json = "\"" + String(repeating: "y", count: 1_000_000) + "\""
    try CheckpointFile.write(contents, to: scratch.file("a.h5"))
    #expect(try CheckpointFile.read(scratch.file("a.h5")) == contents.canonical())
  }

  @Test("values of another type are refused")
  func wrongType() throws {
    expectError(.refused, "float32 where float64 is wanted") {
      _ = try sample().tensors[0].values(as: Double.self)
    }
  }

  @Test("I2: a file made with h5py is read, with the values that h5py wrote")
  func writtenElsewhere() throws {
    let read = try CheckpointFile.read(reference("valid"))
    #expect(read.producer == "reference 1.0" && read.step == 400 && read.epoch == 3 && read.retentionMetric == 12.5)
    #expect(read.configuration("generator") == #"{"kind":"mlp","layers":[1,2]}"#)
    #expect(read.group("generator")?.attributes.first == StoredAttribute("kind", .text("mlp")))
    #expect(read.group("generator")?.attributes.last == StoredAttribute("parameter_count", .integer(9)))
    let weight = try #require(read.tensor("generator/params/00_dense/weight"))
    #expect(weight.shape == [2, 3] && weight.attribute("layout") == .text("io"))
    #expect(try weight.values(as: Float.self) == [0, 1, 2, 3, 4, 5])
    let bias = try #require(read.tensor("generator/params/00_dense/bias"))
    #expect(try bias.values(as: Float.self).map(\.bitPattern) == [0x7fc0_0001, 0x8000_0000, 1])
    #expect(try read.tensor("optimizers/generator/step")?.values(as: Int64.self) == [7])
    #expect(read.tensor("optimizers/generator/step")?.shape == [])
    #expect(
      read.group("optimizers/generator")?.attributes
        == [StoredAttribute("beta1", .real(0.5)), StoredAttribute("maximize", .flag(0))])
    #expect(try read.tensor("state/key")?.values(as: UInt64.self) == [1, .max])
    #expect(read.tensor("state/empty")?.shape == [0, 4])
    #expect(try read.tensor("metrics/train/step")?.values(as: Int64.self) == [0, 1, 2])
    #expect(try read.tensor("data/permutation")?.values(as: UInt32.self) == [0, 1, 2, 3, 4])
    #expect(try read.tensor("heuristics/ada/flags")?.values(as: UInt8.self) == [1, 0])
    #expect(try read.tensor("discriminator_ema/scale")?.values(as: Int32.self) == [-3, 4])
  }

  @Test("M4: a newer minor version is read, whatever roots it declares")
  func newerMinor() throws {
    let read = try CheckpointFile.read(reference("newer-minor"))
    #expect(read.tensors.map(\.path) == ["generator/params/00_dense/weight", "later/value"])
    #expect(read.groups.map(\.path) == ["generator", "generator/params", "generator/params/00_dense", "later"])
    #expect(try CheckpointFile.header(of: reference("newer-minor")).formatMinor == 7)
  }

  @Test("any name may stand under the root, and is read again")
  func anyRoot() throws {
    var contents = sample()
    for path in ["style-encoder/params/00_dense/weight", "elsewhere/a", "_ema/a", "a/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16"] {
      contents.tensors.append(StoredTensor(path: path, shape: [], values: [Float(7)]))
    }
    let path = NSTemporaryDirectory() + "any-root-\(UUID().uuidString).h5"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try CheckpointFile.write(contents, to: path)
    #expect(try CheckpointFile.read(path) == contents.canonical())
  }
}

@Suite("Contents that cannot be written")
struct InvalidContentsTests {
  private func refused(
    _ phrase: String, sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout CheckpointContents) -> Void
  ) {
    var contents = sample()
    change(&contents)
    expectError(.invalidContents, phrase, sourceLocation: sourceLocation) {
      _ = try CheckpointFile.image(of: contents)
    }
  }

  @Test("paths")
  func paths() {
    for path in [
      "", "/generator/a", "generator", "generator/", "generator//a", "generator/../a", "generator/./a", "config/a",
      "generator/\0", "generator/" + String(repeating: "x", count: 256), "generator/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
      "generator/params/00_dense/weight", "generator/params",
    ] {
      refused("'\(path)'") { $0.tensors.append(StoredTensor(path: path, shape: [], values: [Float(0)])) }
    }
    refused("is both a tensor and a group") {
      $0.tensors.append(StoredTensor(path: "generator/params/00_dense/weight/a", shape: [], values: [Float(0)]))
    }
    refused("is listed twice") { $0.groups.append($0.groups[0]) }
    refused("is used twice") { $0.groups.append(StoredGroup(path: "state/key")) }
  }

  @Test("sizes")
  func sizes() {
    refused("do not fill") { $0.tensors[0].shape = [2, 2] }
    refused("do not fill") { $0.tensors[0].bytes.removeLast() }
    refused("no tensor can have") { $0.tensors[0].shape = [-1] }
    refused("no tensor can have") { $0.tensors[0].shape = [Int.max, 2] }
    refused("do not fill") { $0.tensors[0].shape = [Int.max / 2] }
    refused("at most 8 fit") { $0.tensors[0].shape = [1, 1, 1, 1, 1, 1, 1, 2, 3] }
    refused("must not be negative") { $0.step = -1 }
    refused("at most 10000 fit") {
      $0.tensors += (0...10_000).map { StoredTensor(path: "state/many/\($0)", shape: [0], values: [UInt8]()) }
    }
  }

  @Test("attributes")
  func attributes() {
    refused("which the writer adds itself") { $0.tensors[0].attributes = [StoredAttribute("crc32c", .flag(0))] }
    refused("'kind' twice") { $0.groups[0].attributes.append(StoredAttribute("kind", .flag(0))) }
    refused("text has no NUL") { $0.groups[0].attributes = [StoredAttribute("a", .text("x\0"))] }
    refused("60001 bytes") {
      $0.groups[0].attributes = [StoredAttribute("a", .text(String(repeating: "x", count: 60_001)))]
    }
    refused("at most 32 fit") { $0.groups[0].attributes = (0..<33).map { StoredAttribute("a\($0)", .flag(0)) } }
  }

  @Test("configurations")
  func configurations() {
    for (json, phrase) in [
      ("", "is empty"), (String(repeating: "[", count: 65), "nests deeper"), ("{", "ends before"),
      ("]", "did not open"), ("\"\0\"", "NUL"),
    ] {
      refused(phrase) { $0.configurations[0].json = json }
    }
    refused("slash") { $0.configurations[0].name = "a/b" }
    refused("is used twice") { $0.configurations[1].name = "generator" }
  }
}
