import Foundation
import Rival
import RivalTesting
import Testing

@testable import MetricParts

/// What pytorch-fid and torch-fidelity make of an image with made-up weights: `Tests/Reference/inception_features.py`.
private struct InceptionReference: Decodable {
  var image: String
  var shape: [Int]
  var resizing: ImageResizing
  var features: Int
  /// Every 16th part of the features.
  var values: [Double]
  var sum: Double
  var squares: Double

  static func all() throws -> [InceptionReference] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Reference/Networks/inception.json")
    return try JSONDecoder().decode([InceptionReference].self, from: Data(contentsOf: path))
  }
}

/// The weights and images of the reference, bit for bit: a mixed hash of a name (FNV-1a) and an element's index.
private enum MadeUp {
  static func numbers(_ name: String, _ count: Int) -> [Float] {
    let seed = name.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return (0..<count).map { index in
      var x = seed &+ UInt32(truncatingIfNeeded: index) &* 2_654_435_761
      x ^= x >> 16
      x = x &* 2_246_822_507
      x ^= x >> 13
      x = x &* 3_266_489_909
      x ^= x >> 16
      return Float(x >> 8) * 0x1p-24
    }
  }

  static func tensor(_ name: String, _ shape: [Int]) -> StoredTensor {
    let scale = Float((24.0 / Double(shape.dropFirst().reduce(1, *))).squareRoot())
    let values = numbers(name, shape.reduce(1, *)).map { u -> Float in
      if name.hasSuffix("running_var") { return u + 0.5 }
      if name.hasSuffix("bn.weight") { return u * 0.5 + 0.75 }
      return shape.count == 1 ? (u - 0.5) * 0.5 : (u - 0.5) * scale
    }
    return StoredTensor(path: name, shape: shape, values: values)
  }

  static func image(_ name: String, _ shape: [Int]) throws -> SampleSet {
    try SampleSet(numbers(name, shape.reduce(1, *)).map { ($0 * 256).rounded(.down) / 127.5 - 1 }, shape: shape)
  }

  static let tensors = InceptionWeights.expected.map { tensor($0.name, $0.shape) }
  static let weights = Result { try InceptionWeights(tensors, digest: "made up") }
}

@Suite struct InceptionTests {
  static let claim = "Fréchet and kernel distances are FID and KID where these are the published weights"

  @Test func featuresAreThoseOfTheReferences() throws {
    let weights = try MadeUp.weights.get()
    let references = try InceptionReference.all()
    #expect(Set(references.map(\.features)) == [64, 192, 768, 2048] && Set(references.map(\.resizing)).count == 2)
    for reference in references {
      let choice = InceptionV3(file: "", features: reference.features, resizing: reference.resizing)
      let image = try MadeUp.image(reference.image, reference.shape)
      let found = try image.mapped(by: choice.extractor(of: reference.shape, weights: weights)).values.map(Double.init)
      try #require(found.count == reference.features)
      let scale = (reference.squares / Double(found.count)).squareRoot()
      let every = found.count / 16
      let error = reference.values.enumerated().map { abs(found[$0 * every] - $1) }.reduce(0, max) / scale
      let label = Comment(rawValue: "\(reference.image), \(reference.resizing), \(reference.features): \(error)")
      #expect(reference.values.count == 16 && error < 2e-5, label)
      #expect(abs(found.reduce(0, +) / reference.sum - 1) < 1e-5, label)
      #expect(abs(found.reduce(0) { $0 + $1 * $1 } / reference.squares - 1) < 1e-5, label)
    }
  }

  @Test func eachImageStandsForItself() throws {
    // More than a batch, the last of them alone.
    let images = try SampleSet(MadeUp.numbers("images", 17 * 6 * 5).map { 2 * $0 - 1 }, shape: [6, 5, 1])
    let extractor = InceptionV3(file: "", features: 64).extractor(of: [6, 5, 1], weights: try MadeUp.weights.get())
    let all = try images.mapped(by: extractor)
    #expect(all.count == 17 && all.dimension == 64)
    for index in [0, 7, 16] {
      let alone = try images.selecting([index]).mapped(by: extractor).values
      #expect(zip(alone, all.selecting([index]).values).allSatisfy { abs($0 - $1) < 1e-5 })
    }
    #expect(all.selecting([0]) != all.selecting([1]))
  }

  @Test func aFileGivesFeaturesAndItsDigest() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("inception-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let counter = StoredTensor(path: "Mixed_5b.branch1x1.bn.num_batches_tracked", shape: [], values: [Int64(7)])
    try SafetensorsFile(MadeUp.tensors + [counter]).write(to: path)
    let parsed = try Registry.builtIn().component(parsing: "inception-v3:file=\(path),features=64,resizing=tensorflow")
    let choice = try #require(parsed as? InceptionV3)
    let reference = try #require(try InceptionReference.all().first { $0.features == 64 && $0.resizing == .tensorflow })
    let image = try MadeUp.image(reference.image, reference.shape)
    let extractor = try choice.extractor(fittedTo: image)
    let found = try image.mapped(by: extractor).values
    #expect(agree(Double(found.reduce(0, +)), reference.sum, 1e-4 * abs(reference.sum)))
    #expect(extractor.remark?.contains("SHA-256 \(try SafetensorsFile.digest(of: path)); FID and KID are made of 2048 features") == true)
    let published = InceptionV3().extractor(of: [8, 8, 3], weights: try MadeUp.weights.get())
    #expect(published.remark == "its weights are the file with the SHA-256 made up; " + Self.claim)
    // A sample of another shape.
    #expect(throws: MetricError.self) { try SampleSet([1, 2, 3], shape: [1, 1, 3]).mapped(by: extractor) }
  }

  @Test func tensorsThatDoNotFitAreNamed() throws {
    func refusal(_ tensors: [StoredTensor]) throws -> String {
      let error = #expect(throws: MetricError.self) { try InceptionWeights(tensors, digest: "") }
      return "\(try #require(error))"
    }
    func place(_ name: String) throws -> Int { try #require(MadeUp.tensors.firstIndex { $0.path == name }) }
    var tensors = MadeUp.tensors
    tensors[try place("fc.bias")] = MadeUp.tensor("fc.bias", [1000])
    tensors[try place("Conv2d_1a_3x3.conv.weight")].shape = [3, 3, 3, 32]
    tensors[try place("Mixed_7a.branch3x3_1.bn.bias")] = StoredTensor(
      path: "Mixed_7a.branch3x3_1.bn.bias", shape: [192], values: [Double](repeating: 0, count: 192))
    tensors.remove(at: try place("Mixed_6c.branch7x7dbl_4.bn.running_var"))
    tensors += [MadeUp.tensor("AuxLogits.fc.bias", [8]), MadeUp.tensor("AuxLogits.fc.weight", [8, 2])]
    let text = try refusal(tensors)
    for part in [
      "Mixed_6c.branch7x7dbl_4.bn.running_var is missing", "AuxLogits.fc.bias, AuxLogits.fc.weight belong to no part",
      "fc.bias has the shape [1000] and not [1008]", "Conv2d_1a_3x3.conv.weight has the shape [3, 3, 3, 32] and not [32, 3, 3, 3]",
      "Mixed_7a.branch3x3_1.bn.bias is float64 and not float32", "give the state dictionary of pytorch-fid's weights",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    #expect(try refusal([]).contains("and 448 more are missing"))
    tensors = MadeUp.tensors
    let name = "Mixed_7c.branch_pool.bn.running_var"
    tensors[try place(name)] = StoredTensor(path: name, shape: [192], values: [Float](repeating: -1, count: 192))
    #expect(try refusal(tensors).contains("the numbers of Mixed_7c.branch_pool give weights that are not finite"))
  }

  @Test func samplesAndFieldsThatDoNotFitAreRefused() throws {
    #expect(try ComponentConformance.check(InceptionV3(file: "a.safetensors", features: 768, resizing: .tensorflow)).isEmpty)
    #expect(throws: ComponentError.self) { try InceptionV3(file: "a", features: 1024).validateFields() }
    func refusal(_ shape: [Int], file: String = "a.safetensors") throws -> String {
      let samples = try SampleSet([Float](repeating: 0, count: shape.reduce(1, *)), shape: shape)
      let error = #expect(throws: MetricError.self) { try InceptionV3(file: file).extractor(fittedTo: samples) }
      return "\(try #require(error))"
    }
    #expect(try refusal([4, 4, 2]).contains("the images have 2 channels"))
    #expect(try refusal([16]).contains("it needs images"))
    #expect(try refusal([4, 4, 3], file: "").contains("set its field 'file'"))
    let image = try SampleSet([0], shape: [1, 1, 1])
    #expect(throws: CheckpointError.self) { try InceptionV3(file: "/nowhere.safetensors").extractor(fittedTo: image) }
  }

  @Test func pixelsAreInterpolatedInTwoWays() throws {
    // Four pixels of two: their middles lie at −1/4, 1/4, 3/4 and 5/4 of the old ones, or at 0, 1/2, 1 and 3/2.
    #expect(ImageResizing.bilinear.shares(from: 2, to: 4) == [1, 0.75, 0.25, 0, 0, 0.25, 0.75, 1])
    #expect(ImageResizing.tensorflow.shares(from: 2, to: 4) == [1, 0.5, 0, 0, 0, 0.5, 1, 1])
    // An even image stays even, in its range or in that of (x − 128)/128.
    let white = ImageResizing.bilinear.networkInput(Tensor.ones([1, 5, 7, 1]))
    #expect(white.shape == [1, 299, 299, 3])
    #expect(try white.scalars().allSatisfy { abs($0 - 1) < 1e-6 })
    let same = ImageResizing.tensorflow.networkInput(Tensor.ones([1, 5, 7, 3]))
    #expect(try same.scalars().allSatisfy { abs($0 - 127.0 / 128) < 1e-6 })
  }
}
