import Foundation
import Rival
import Testing

/// `metrics`: samples of every kind of file against real ones.
@Suite struct MetricsCommandTests {
  /// Points of the ring, or a cloud beside it, from a seed.
  private static func ring(_ count: Int, seed: UInt64, shift: Float = 0) throws -> [Float] {
    let samples = try RingOfGaussians().opened()
    return samples.drawn(count, key: Key(seed: seed)).map { $0 + shift }
  }

  /// `count` images of 4 × 4 whose bytes are `offset`, `offset + 1`, …
  private static func images(_ count: Int, offset: Int = 0) -> [UInt8] { (0..<16 * count).map { UInt8(($0 * 7 + offset) % 251) } }

  private static func scaled(_ bytes: [UInt8]) -> [Float] { bytes.map { Float(Double($0) / 127.5 - 1) } }

  private func document(_ arguments: [String], _ folder: TemporaryFolder) throws -> [String: JSONValue] {
    let result = try CommandProcess.run(["metrics"] + arguments + ["--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8)).members
  }

  private func metrics(_ document: [String: JSONValue]) -> [[String: JSONValue]] {
    if case .array(let metrics) = document["metrics"] { return metrics.map(\.members) }
    return []
  }

  @Test func aGoodGeneratorIsWithinTheNullAndABadOneIsNot() throws {
    let folder = try TemporaryFolder()
    try CSVFile(try Self.ring(200, seed: 1), columns: 2, header: ["x", "y"]).write(to: folder.path("good.csv"))
    try NPYFile(try Self.ring(200, seed: 2, shift: 1), shape: [200, 2]).write(to: folder.path("bad.npy"))
    try HDF5Samples.write(try Self.ring(400, seed: 3), shape: [400, 2], to: folder.path("real.h5"))
    let only = ["--only", "precision-recall:neighbors=4,ball=closed,frechet-distance"]
    let good = try document([folder.path("good.csv"), folder.path("real.h5")] + only, folder)
    let bad = try document([folder.path("bad.npy"), folder.path("real.h5")] + only, folder)
    #expect(metrics(good).map { $0["name"] } == ["precision", "recall", "frechet-distance"].map { .string($0) })
    #expect(metrics(good)[0]["metric"] == .string("precision-recall:ball=closed,neighbors=4"))
    #expect(metrics(good).map { $0["worseThanNull"] } == [.bool(false), .bool(false), .bool(false)])
    #expect(metrics(bad)[0]["worseThanNull"] == .bool(true))
    #expect(metrics(bad)[2]["worseThanNull"] == .bool(true))
    #expect(good["samples"]?.members["count"] == .integer(200) && good["reference"]?.members["count"] == .integer(400))
    let null = try #require(metrics(good)[0]["null"]?.members)
    #expect(null["samples"] == .integer(200) && null["reference"] == .integer(200) && null["repeats"] == .integer(39))
    // The same as the library's own.
    let samples = try SampleSet(try Self.ring(200, seed: 1), dimension: 2)
    let real = try SampleSet(try Self.ring(400, seed: 3), dimension: 2)
    let own = try PrecisionRecall(neighbors: 4, ball: .closed).measured(samples, against: real, key: Key(seed: 1))
    #expect(metrics(good)[0]["value"].flatMap { Double($0.plain) } == own[0].value)
    // Text for people: a row for each, and one plain last line.
    let text = try CommandProcess.run(["metrics", folder.path("bad.npy"), folder.path("real.h5")] + only, in: folder)
    #expect(text.status == 0, "\(text.errors)")
    let lines = text.output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("precision(ball: closed, neighbors: 4)") })
    #expect(lines.last?.hasPrefix("Worse than real against real: precision") == true, "\(text.output)")
    #expect(lines.last?.contains("frechet-distance") == true)
  }

  private static func archive(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Reference/Datasets/\(name).npz"
  }

  /// The same numbers in every kind of table, one of which has labels beside them.
  @Test func everyKindOfTableIsRead() throws {
    let folder = try TemporaryFolder()
    let numbers = (0..<12).map { Float($0) / 4 }
    try NPYFile(numbers, shape: [6, 2]).write(to: folder.path("a.npy"))
    try HDF5Samples.write(numbers, shape: [6, 2], to: folder.path("a.h5"))
    for (name, separator) in [("a.csv", ","), ("a.tsv", "\t"), ("a.txt", ";")] {
      let lines = stride(from: 0, to: 12, by: 2).map { "\(numbers[$0])\(separator)\(numbers[$0 + 1])\n" }
      try folder.write(Array(("x\(separator)y\n" + lines.joined()).utf8), name)
    }
    try NPYFile(try Self.ring(60, seed: 1), shape: [60, 2]).write(to: folder.path("real.npy"))
    let found = try (["a.npy", "a.h5", "a.csv", "a.tsv", "a.txt"].map(folder.path) + [Self.archive("samples")]).map { path in
      let document = try document([path, folder.path("real.npy"), "--only", "wasserstein-distance", "--repeats", "0"], folder)
      #expect(document["samples"]?.members["count"] == .integer(6), "\(path)")
      return try #require(metrics(document).first?["value"], "\(path)")
    }
    #expect(found.allSatisfy { $0 == found[0] }, "\(found)")
  }

  @Test func seedsDecideAndRepeatsMayBeNone() throws {
    let folder = try TemporaryFolder()
    try CSVFile(try Self.ring(60, seed: 1), columns: 2).write(to: folder.path("a.csv"))
    try CSVFile(try Self.ring(90, seed: 2), columns: 2).write(to: folder.path("b.csv"))
    let arguments = ["metrics", folder.path("a.csv"), folder.path("b.csv"), "--only", "precision-recall"]
    let first = try CommandProcess.run(arguments, in: folder)
    #expect(try CommandProcess.run(arguments, in: folder).output == first.output)
    #expect(try CommandProcess.run(arguments + ["--seed", "2"], in: folder).output != first.output)
    let none = try CommandProcess.run(arguments + ["--repeats", "0"], in: folder)
    #expect(none.status == 0 && none.output.contains("No value has a null"), "\(none.output)")
  }

  @Test func imagesOfEveryKindAreTheSameSamples() throws {
    let folder = try TemporaryFolder()
    let bytes = Self.images(7)
    try NPYFile(shape: [7, 4, 4, 1], elements: .uint8(bytes)).write(to: folder.path("bytes.npy"))
    try HDF5Samples.write(Self.scaled(bytes), shape: [7, 4, 4, 1], to: folder.path("floats.h5"))
    // Seven images in three columns: two places of the grid stay blank.
    try PNGImage.grid(samples: Self.scaled(bytes), shape: [4, 4, 1]).write(to: folder.path("grid.png"))
    try FileManager.default.createDirectory(atPath: folder.path("idx"), withIntermediateDirectories: true)
    try folder.write([0, 0, 8, 3, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0, 4] + bytes, "idx/train-images-idx3-ubyte")
    try FileManager.default.createDirectory(atPath: folder.path("images/a"), withIntermediateDirectories: true)
    for index in 0..<7 {
      let image = try PNGImage(width: 4, height: 4, channels: 1, pixels: Array(bytes[16 * index..<16 * index + 16]))
      try image.write(to: folder.path("images/a/\(index).png"))
    }
    for name in ["floats.h5", "grid.png", "idx", "images"] {
      let found = try document([folder.path(name), folder.path("bytes.npy"), "--only", "frechet-distance", "--repeats", "0"], folder)
      #expect(found["samples"]?.members["count"] == .integer(7), "\(name)")
      #expect(found["samples"]?.members["shape"] == .array([4, 4, 1].map { .integer($0) }), "\(name)")
      #expect(found["samples"]?.members["blanks"] == .integer(name == "grid.png" ? 2 : 0))
      let value = metrics(found).first?["value"].flatMap { Double($0.plain) }
      // The same images: a distance of 0, up to rounding.
      #expect(abs(value ?? 1) < 1e-4, "\(name): \(found)")
    }
    let grids = [folder.path("grid.png"), folder.path("grid.png"), "--only", "frechet-distance"]
    let unknown = try CommandProcess.run(["metrics"] + grids, in: folder)
    #expect(unknown.status == 1 && unknown.errors.contains("as in --tile 32x32"), "\(unknown.errors)")
    #expect(try document(grids + ["--tile", "4x4"], folder)["samples"]?.members["count"] == .integer(7))
    let wrong = try CommandProcess.run(["metrics"] + grids + ["--tile", "7x4"], in: folder)
    #expect(wrong.status == 1 && wrong.errors.contains("are no grid of tiles of 7 × 4"), "\(wrong.errors)")
  }

  @Test func featuresAreComparedInPlaceOfSamples() throws {
    let folder = try TemporaryFolder()
    try NPYFile(shape: [40, 4, 4, 1], elements: .uint8(Self.images(40))).write(to: folder.path("a.npy"))
    try NPYFile(shape: [40, 4, 4, 1], elements: .uint8(Self.images(40, offset: 99))).write(to: folder.path("b.npy"))
    let arguments = [folder.path("a.npy"), folder.path("b.npy"), "--only", "precision-recall"]
    // The field 'shape' of the features follows the samples.
    let found = try document(arguments + ["--features", "random-convolution"], folder)
    #expect(found["features"] == .string("random-convolution") && metrics(found).count == 2)
    let wrong = try CommandProcess.run(["metrics"] + arguments + ["--features", "adam"], in: folder)
    #expect(wrong.status == 1 && wrong.errors.contains("'adam' is an optimizer, not a kind of features"), "\(wrong.errors)")
  }

  /// The small classifier of Tests/Reference/export_classifier.py: which of eight Gaussians a point is from.
  private static let classifier = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Reference/Networks/ring-classifier.h5").path

  @Test func aNetworkOutOfAFileGivesFeaturesAndClassProbabilities() throws {
    let folder = try TemporaryFolder()
    try NPYFile(try Self.ring(300, seed: 1), shape: [300, 2]).write(to: folder.path("a.npy"))
    try NPYFile(try Self.ring(300, seed: 2), shape: [300, 2]).write(to: folder.path("b.npy"))
    // One Gaussian of the eight.
    try NPYFile((0..<300).flatMap { [1 + 0.001 * Float($0 % 7), 0] }, shape: [300, 2]).write(to: folder.path("one.npy"))
    let only = ["--only", "class-probability-score:file=\(Self.classifier),splits=2,frechet-distance"]
    let features = ["--features", "network:file=\(Self.classifier)"]
    let good = try document([folder.path("a.npy"), folder.path("b.npy")] + only + features, folder)
    #expect(metrics(good).map { $0["name"] } == ["class-probability-score", "frechet-distance"].map { .string($0) })
    let score = try #require(metrics(good)[0]["value"].flatMap { Double($0.plain) })
    #expect(score > 7.5 && score <= 8, "\(score)")
    #expect(metrics(good)[0]["worseThanNull"] == .bool(false))
    #expect(metrics(good)[0]["standardError"].flatMap { Double($0.plain) } ?? 0 > 0)
    let bad = try document([folder.path("one.npy"), folder.path("b.npy")] + only + features, folder)
    let least = try #require(metrics(bad)[0]["value"].flatMap { Double($0.plain) })
    #expect(abs(least - 1) < 0.01 && metrics(bad)[0]["worseThanNull"] == .bool(true))
    // Of features, and not of samples: another value.
    let plain = try document([folder.path("a.npy"), folder.path("b.npy"), "--only", "frechet-distance"], folder)
    #expect(metrics(plain)[0]["value"] != metrics(good)[1]["value"])
    let refusals: [([String], String)] = [
      (["--features", "network"], "no file is named"), (["--features", "network:file=absent.h5"], "absent.h5: there is no such file"),
      (["--features", "network:file=\(folder.path("a.npy"))"], "is no checkpoint"),
      (["--features", "network:file=\(Self.classifier),layer=x"], "it has 00_dense, 01_tanh, 02_dense, 03_leaky_relu, 04_dense"),
      (["--features", "network:file=\(Self.classifier),weights=discriminator_ema"], "the file has discriminator"),
      (["--only", "class-probability-score"], "no file is named"),
      (["--only", "class-probability-score:file=\(Self.classifier),splits=200"], "300 samples are too few for 200 parts"),
    ]
    // Images with their channels first are as many numbers.
    try NPYFile([Float](repeating: 0.5, count: 2 * 432), shape: [2, 3, 12, 12]).write(to: folder.path("first.npy"))
    let images = Self.classifier.replacing("ring-classifier", with: "image-classifier")
    for arguments in [["--features", "network:file=\(images)"], ["--only", "class-probability-score:file=\(images)"]] {
      let result = try CommandProcess.run(["metrics", folder.path("first.npy"), folder.path("first.npy")] + arguments, in: folder)
      #expect(result.status == 1 && result.errors.contains("but these have the shape [3, 12, 12]; move the axes"), "\(result.errors)")
    }
    for (arguments, says) in refusals {
      let all = ["metrics", folder.path("a.npy"), folder.path("b.npy")] + (arguments[0] == "--only" ? [] : ["--only", "frechet-distance"])
      let result = try CommandProcess.run(all + arguments, in: folder)
      #expect(result.status == 1 && result.errors.contains(says), "\(arguments): \(result.errors)")
    }
  }

  @Test func theTableOfAllMetricsFitsOneHundredColumns() throws {
    let folder = try TemporaryFolder()
    try CSVFile(try Self.ring(120, seed: 1), columns: 2).write(to: folder.path("a.csv"))
    try CSVFile(try Self.ring(120, seed: 2), columns: 2).write(to: folder.path("b.csv"))
    let result = try CommandProcess.run(["metrics", folder.path("a.csv"), folder.path("b.csv")], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    let table = lines.drop { !$0.isEmpty }.dropFirst().prefix { !$0.isEmpty }
    #expect(table.count > 20)
    #expect(table.allSatisfy { $0.count <= 100 }, "\(result.output)")
    // What needs a file is left out.
    #expect(!result.output.contains("class-probability-score"))
  }

  @Test func metricsThatCannotBeComputedAreRows() throws {
    let folder = try TemporaryFolder()
    try CSVFile(try Self.ring(3, seed: 1), columns: 2).write(to: folder.path("few.csv"))
    try CSVFile(try Self.ring(50, seed: 2), columns: 2).write(to: folder.path("real.csv"))
    let all = try CommandProcess.run(["metrics", folder.path("few.csv"), folder.path("real.csv"), "--json"], in: folder)
    #expect(all.status == 0, "\(all.errors)")
    let found = try JSONDecoder().decode(JSONValue.self, from: Data(all.output.utf8)).members
    guard case .array(let failures) = found["failures"] else {
      Issue.record("there are no failures: \(all.output)")
      return
    }
    let failed = try #require(failures.first { $0.members["metric"] == .string("precision-recall") })
    #expect(failed.members["reason"]?.plain.isEmpty == false)
    let none = try CommandProcess.run(
      ["metrics", folder.path("few.csv"), folder.path("real.csv"), "--only", "precision-recall"], in: folder)
    #expect(none.status == 1 && none.errors.contains("none of the metrics could be computed"), "\(none.errors)")
    #expect(none.output.contains("precision-recall  ") && none.output.contains("—"))
  }

  /// The same images as bytes and as Rival has them.
  @Test func imagesOfTwoScalesAreRefusedUnlessTold() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<40 * 16).map { Float($0 * 37 % 256) }
    try NPYFile(bytes, shape: [40, 4, 4]).write(to: folder.path("bytes.npy"))
    try NPYFile(bytes.map { $0 / 127.5 - 1 }, shape: [40, 4, 4]).write(to: folder.path("centred.npy"))
    let arguments = ["metrics", folder.path("bytes.npy"), folder.path("centred.npy"), "--metric", "wasserstein-distance", "--repeats", "0"]
    let refused = try CommandProcess.run(arguments, in: folder)
    #expect(refused.status == 1 && refused.output.isEmpty)
    let says = "bytes.npy has numbers in 0.0 … 255.0, but \(folder.path("centred.npy")) in -1.0 … 1.0"
    #expect(
      refused.errors.contains(says) && refused.errors.contains("or pass --any-range to compare them as they are"), "\(refused.errors)")
    let told = try CommandProcess.run(arguments + ["--any-range"], in: folder)
    #expect(told.status == 0 && told.output.contains("wasserstein-distance"), "\(told.errors)")
  }

  @Test func whatCannotBeComparedIsRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("1,2\n3,4\n5,6\n".utf8), "plane.csv")
    try folder.write(Array("1,2,3\n4,5,6\n".utf8), "space.csv")
    try folder.write(Array("1,2\n3,nan\n".utf8), "nan.csv")
    try folder.write(Array("x,y\n".utf8), "empty.csv")
    try folder.write(Array("hello".utf8), "text.h5")
    for name in ["text.npy", "text.png"] { try folder.write(Array("hello".utf8), name) }
    try folder.write([], "empty.h5")
    try folder.write(Array("1,2\n".utf8), "one.csv")
    try NPYFile([1, 2, 3, 4], shape: [2, 2]).write(to: folder.path("cut.npy"))
    try folder.write(Array(Data(contentsOf: URL(fileURLWithPath: folder.path("cut.npy"))).dropLast(4)), "cut.npy")
    try FileManager.default.createDirectory(atPath: folder.path("sizes"), withIntermediateDirectories: true)
    for size in [4, 5] {
      let image = try PNGImage(width: size, height: 4, channels: 1, pixels: Array(repeating: 0, count: 4 * size))
      try image.write(to: folder.path("sizes/\(size).png"))
    }
    try folder.write([1], "notes.bin")
    try FileManager.default.createDirectory(atPath: folder.path("none"), withIntermediateDirectories: true)
    let refusals: [([String], String)] = [
      ([folder.path("space.csv")], "space.csv holds samples of shape [3], but \(folder.path("plane.csv")) of shape [2]"),
      ([folder.path("nan.csv")], "nan.csv: field 2 of line 2 is 'nan'"),
      ([folder.path("empty.csv")], "empty.csv: it holds no rows of numbers"),
      ([folder.path("text.h5")], "text.h5: the file is no HDF5 file"),
      ([folder.path("notes.bin")], "end in .h5, .npy, .npz, .csv, .tsv, .txt or .png"),
      ([Self.archive("stored")], "it holds the arrays images, digits, big"),
      ([folder.path("absent.bin")], "absent.bin: there is no such file or folder"),
      ([folder.path("none")], "it holds no files whose names end in"), ([folder.path("sizes")], "5.png: it has the shape [4, 5, 1], but"),
      ([folder.path("text.npy")], "it does not start as .npy files do"), ([folder.path("text.png")], "text.png: it is no PNG image"),
      ([folder.path("cut.npy")], "cut.npy: its header promises the shape [2, 2]"), ([folder.path("empty.h5")], "the file is empty"),
      ([folder.path("absent.png")], "absent.png: "), ([folder.path("absent.h5")], "absent.h5: there is no such file"),
      ([folder.path("plane.csv"), "--only", "precision-recal"], "did you mean 'precision-recall'"),
      ([folder.path("plane.csv"), "--only", "adam"], "--metric: 'adam' is an optimizer, not a metric"),
      ([folder.path("plane.csv"), "--only", "precision-recall,,x"], "has an empty entry"),
    ]
    for (arguments, says) in refusals {
      let result = try CommandProcess.run(["metrics", arguments[0], folder.path("plane.csv")] + arguments.dropFirst(), in: folder)
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("error: ") && result.errors.contains(says), "\(result.errors)")
    }
    // One sample: a row without a value, and the reason in the error.
    let one = try CommandProcess.run(
      ["metrics", folder.path("one.csv"), folder.path("plane.csv"), "--only", "frechet-distance"], in: folder)
    #expect(one.status == 1 && one.errors.contains("there are 1 samples, but it needs at least 2"), "\(one.errors)")
    for arguments in [["--tile", "4"], ["--tile", "0x4"], ["--repeats", "1"], ["--repeats", "-3"]] {
      let result = try CommandProcess.run(["metrics", folder.path("plane.csv"), folder.path("plane.csv")] + arguments, in: folder)
      #expect(result.status == 64, "\(arguments)")
    }
  }
}
