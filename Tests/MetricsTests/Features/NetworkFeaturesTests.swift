import Foundation
import Rival
import Testing

/// What `Tests/Reference/export_classifier.py` wrote: two PyTorch classifiers, and what they must give.
private struct StoredNetworkReference: Decodable {
  var samples: [Double]
  var features: [Double]
  var width: Int
  var probabilities: [Double]
  var classes: Int
  var score: Double

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Reference/Networks").path

  static func file(_ name: String) -> String { "\(folder)/\(name).h5" }

  static func named(_ name: String) throws -> StoredNetworkReference {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/references.json"))
    let all = try JSONDecoder().decode([String: StoredNetworkReference].self, from: data)
    return try #require(all[name])
  }
}

/// A file of its own, removed at the end.
private final class ScratchFile {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("network-\(UUID().uuidString).h5").path
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The largest difference; infinite where the lengths differ.
private func difference(_ a: [Float], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } : .infinity
}

@Suite struct NetworkFeaturesTests {
  private static func samples(_ name: String) throws -> (set: SampleSet, reference: StoredNetworkReference) {
    let reference = try StoredNetworkReference.named(name)
    let isImage = name == "image-classifier"
    let values = reference.samples.map { Float(isImage ? $0 / 127.5 - 1 : $0) }
    return (try SampleSet(values, dimension: isImage ? 12 * 12 * 3 : 2), reference)
  }

  @Test(arguments: ["ring-classifier", "image-classifier"])
  func aClassifierFromElsewhereGivesItsFeatures(_ name: String) throws {
    let (samples, reference) = try Self.samples(name)
    let features = try samples.mapped(by: NetworkFeatures(file: StoredNetworkReference.file(name)).extractor(fittedTo: samples))
    #expect(features.dimension == reference.width)
    // Of the largest feature, in float32.
    let scale = reference.features.reduce(1) { max($0, abs($1)) }
    #expect(difference(features.values, reference.features) < 1e-5 * scale)
  }

  @Test(arguments: ["ring-classifier", "image-classifier"])
  func aClassifierFromElsewhereGivesItsScore(_ name: String) throws {
    let (samples, reference) = try Self.samples(name)
    let metric = ClassifierScore(file: StoredNetworkReference.file(name))
    let (values, classes) = try metric.probabilities(of: samples)
    #expect(classes == reference.classes)
    #expect(difference(values.map(Float.init), reference.probabilities) < 1e-5)
    let found = try metric.measure(samples, against: samples, key: Key(seed: 1))
    #expect(found.count == 1 && agree(found[0].value, reference.score, 1e-4) && found[0].goal == .higher)
    #expect(try #require(found[0].standardError) > 0)
  }

  /// A file that holds nothing but a network: its discriminator's layers and tensors.
  private static func write(
    _ layers: Sequential, input: [Int], tensors: [StoredTensor], name: String = "discriminator", to file: ScratchFile
  ) throws {
    let config = JSONValue.object([
      "schema": .integer(1), "input": .array(input.map { .integer(Int64($0)) }),
      "layers": try #require(try JSONValue(encoding: layers).members["layers"]),
    ])
    let contents = CheckpointContents(
      producer: "test", step: 0, configurations: [StoredConfiguration(name: name, json: try config.text())], tensors: tensors)
    try CheckpointFile.write(contents, to: file.path)
  }

  private static func tensor(_ path: String, _ shape: [Int], _ values: [Float]) -> StoredTensor {
    StoredTensor(path: "discriminator/params/" + path, shape: shape, values: values)
  }

  @Test func anyLayerMayBeTaken() throws {
    let file = ScratchFile()
    let layers = Sequential {
      Dense(2)
      ReLU()
      Dense(3, usesBias: false)
    }
    try Self.write(
      layers, input: [2],
      tensors: [
        Self.tensor("00_dense/weight", [2, 2], [1, 2, 3, 4]), Self.tensor("00_dense/bias", [2], [-5, 0.5]),
        // float64, as NumPy has it by default.
        StoredTensor(path: "discriminator/params/02_dense/weight", shape: [2, 3], values: [1.0, 0, 1, 0, 1, 1] as [Double]),
      ], to: file)
    let samples = try SampleSet([1, 1, 2, 0], dimension: 2)
    func values(_ layer: String) throws -> [Float] {
      try samples.mapped(by: NetworkFeatures(file: file.path, layer: layer).extractor(fittedTo: samples)).values
    }
    // x W + b by hand: (1, 1) gives (4 − 5, 6 + ½), (2, 0) gives (2 − 5, 4 + ½).
    #expect(try values("00_dense") == [-1, 6.5, -3, 4.5])
    #expect(try values("") == [0, 6.5, 0, 4.5])
    #expect(try values("output") == [0, 6.5, 6.5, 0, 4.5, 4.5])
    #expect(throws: MetricError.self) { try values("03_dense") }
    let error = #expect(throws: MetricError.self) { try values("relu") }
    #expect("\(try #require(error))".contains("00_dense, 01_relu, 02_dense"))
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let file = ScratchFile()
    let samples = try SampleSet([1, 1, 2, 0], dimension: 2)
    func refusal(_ layers: Sequential, _ tensors: [StoredTensor], name: String = "discriminator") throws -> String {
      try Self.write(layers, input: [2], tensors: tensors, name: name, to: file)
      let error = #expect(throws: MetricError.self) {
        try NetworkFeatures(file: file.path, layer: "output").extractor(fittedTo: samples)
      }
      return "\(try #require(error))"
    }
    let dense = Sequential { Dense(1) }
    let weight = Self.tensor("00_dense/weight", [2, 1], [1, 2])
    #expect(try refusal(dense, [weight]).contains("00_dense/bias is missing"))
    let bias = Self.tensor("00_dense/bias", [1], [0])
    #expect(
      try refusal(dense, [weight, bias, Self.tensor("01_dense/weight", [1, 1], [1])]).contains("01_dense/weight belongs to no layer"))
    #expect(try refusal(dense, [Self.tensor("00_dense/weight", [1, 2], [1, 2]), bias]).contains("has the shape [1, 2]"))
    #expect(try refusal(dense, []).contains("no weights under '/discriminator/params'"))
    #expect(try refusal(dense, [weight, bias], name: "generator").contains("there is no '/config/discriminator'"))
    try Self.write(dense, input: [2], tensors: [weight, bias], to: file)
    // One layer has none before it.
    #expect(throws: MetricError.self) { try NetworkFeatures(file: file.path).extractor(fittedTo: samples) }
    // One output is no classifier's.
    #expect(throws: MetricError.self) { try ClassifierScore(file: file.path).measure(samples, against: samples, key: Key(seed: 1)) }
    let others = try SampleSet([1, 2, 3], dimension: 3)
    #expect(throws: MetricError.self) { try NetworkFeatures(file: file.path, layer: "output").extractor(fittedTo: others) }
    #expect(throws: MetricError.self) { try NetworkFeatures().extractor(fittedTo: samples) }
    #expect(throws: CheckpointError.self) { try NetworkFeatures(file: file.path + "x").extractor(fittedTo: samples) }
  }

  @Test func featuresThatMixSamplesAreRefused() throws {
    let file = ScratchFile()
    let layers = Sequential {
      Reshape([1, 1, 2])
      MinibatchStandardDeviation()
      Flatten()
      Dense(1, usesBias: false)
    }
    try Self.write(layers, input: [2], tensors: [Self.tensor("03_dense/weight", [3, 1], [1, 1, 1])], to: file)
    let samples = try SampleSet([1, 1, 2, 0, 5, 5], dimension: 2)
    #expect(throws: MetricError.self) { try NetworkFeatures(file: file.path).extractor(fittedTo: samples) }
    let before = try NetworkFeatures(file: file.path, layer: "00_reshape").extractor(fittedTo: samples)
    #expect(try samples.mapped(by: before).values == samples.values)
  }

  @Test func aRunsDiscriminatorIsTakenAsItsLayersSeeIt() throws {
    let file = ScratchFile()
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(2) }
      Discriminator { Dense(1) }
      NonSaturatingLoss()
      Adam()
      AlternatingUpdates()
      SpectralNormalization()
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3)
    try trainer.run(until: 5)
    try trainer.save(to: file.path)
    let weight = try #require(trainer.state["discriminator/params/00_dense/weight"]).scalars().map(Double.init)
    let bias = Double(try #require(trainer.state["discriminator/params/00_dense/bias"]).scalars()[0])
    let samples = try SampleSet([1, 0, 0, 1, -2, 3], dimension: 2)
    let found = try samples.mapped(by: NetworkFeatures(file: file.path, layer: "output").extractor(fittedTo: samples))
    // The largest singular value of a column is its length.
    let length = (weight[0] * weight[0] + weight[1] * weight[1]).squareRoot()
    let expected = [[1.0, 0], [0, 1], [-2, 3]].map { ($0[0] * weight[0] + $0[1] * weight[1]) / length + bias }
    #expect(difference(found.values, expected) < 1e-5)
  }

  @Test func theRegistryThatReadTheComponentReadsItsFile() throws {
    struct Doubling: Layer {
      static let name = "doubling"
      static let summary = "Twice its input."
      func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { 2 * x }
    }
    let file = ScratchFile()
    let layers = Sequential {
      Doubling()
      Dense(1, usesBias: false)
    }
    try Self.write(layers, input: [2], tensors: [Self.tensor("01_dense/weight", [2, 1], [1, 1])], to: file)
    let samples = try SampleSet([1, 2, 3, 4], dimension: 2)
    var registry = try Registry.builtIn()
    let specification = "network:file=\(file.path)"
    let unknown = try #require(try registry.component(parsing: specification) as? NetworkFeatures)
    #expect(throws: MetricError.self) { try unknown.extractor(fittedTo: samples) }
    try registry.register(Doubling.self)
    let known = try #require(try registry.component(parsing: specification) as? NetworkFeatures)
    #expect(try samples.mapped(by: known.extractor(fittedTo: samples)).values == [2, 4, 6, 8])
  }
}
