import Foundation
import Rival
import Testing

@testable import Checkpoints
@testable import Exchange

/// Files of models whose digests `Fixtures/models.json` holds: `Tests/Reference/run_exchanged_models.py` ran files of these digests in onnxruntime,
/// PyTorch and Keras, and found what Rival computes. With `RIVAL_KEEP_MODELS=DIR` the files are kept for that script.
@Suite("Models for other programs")
struct ExchangedModelsTests {
  private static let endings = [".onnx", ".weights.h5", "-pytorch.safetensors"]

  @Test("I4: files are those that other programs ran")
  func digests() throws {
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/models.json")
    let folder = try TemporaryFolder()
    let kept = ProcessInfo.processInfo.environment["RIVAL_KEEP_MODELS"] ?? folder.path
    var digests: [String: String] = [:]
    for model in try ExchangedModels.all() {
      let base = kept + "/" + model.name
      try model.network.writeONNX(to: base + ".onnx", batchSize: model.batchSize)
      // Keras and PyTorch have no counterpart of some layers, which is said elsewhere.
      if let file = try? WeightFile(model.network, layout: .keras) { try file.write(to: base + ".weights.h5") }
      if let file = try? WeightFile(model.network, layout: .pytorch) { try file.write(to: base + "-pytorch.safetensors") }
      for ending in Self.endings where FileManager.default.fileExists(atPath: base + ending) {
        digests[model.name + ending] = try WholeFile.read(base + ending).withUnsafeBytes { hexadecimal(SHA256.digest($0)) }
      }
      let (input, conditions) = ExchangedModels.input(model)
      let output = try model.network(input, conditions: conditions).materialized()
      let example =
        [try StoredTensor(input, at: "input"), try StoredTensor(output, at: "output")]
        + (try conditions.entries.map { try StoredTensor($0.tensor, at: $0.field.name) })
      try SafetensorsFile(example).write(to: base + ".example.safetensors")
    }
    if ProcessInfo.processInfo.environment["RIVAL_RECORD"] != nil {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      try encoder.encode(digests).write(to: fixture)
    }
    let recorded = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: fixture))
    #expect(digests.count == 19)
    #expect(digests == recorded)
  }

  @Test("what a model says is in the file: names of inputs, weights under their paths, any number of samples")
  func parts() throws {
    let model = try #require(try ExchangedModels.all().first { $0.name == "conditional-critic" })
    let onnx = try model.network.onnxModel(metadata: ["step": "7"])
    #expect(onnx.inputs.map(\.name) == ["input", "hint", "label"])
    #expect(onnx.inputs.map(\.shape) == [[nil, 4, 4, 2], [nil, 4, 4, 1], [nil]])
    #expect(onnx.outputs.map(\.shape) == [[nil, 1]] && onnx.outputs.map(\.name) == ["output"])
    let folder = try TemporaryFolder()
    try model.network.writeONNX(to: folder.path + "/m.onnx")
    let back = try ONNXModel.initializers(of: folder.path + "/m.onnx")
    for (path, tensor) in model.network.tensors {
      #expect(try back.first { $0.path == path }?.tensor().scalars() == tensor.scalars(), "\(path)")
    }
  }

  @Test("a network that depends on the number of samples, or draws random numbers, is refused")
  func refusals() throws {
    let minibatch = try #require(try ExchangedModels.all().first { $0.name == "minibatch" }).network
    #expect {
      _ = try minibatch.onnxModel()
    } throws: { "\($0)".contains("depends on how many there are") && "\($0)".contains("--batch N") }
    struct Noise: Layer {
      static let name = "noise"
      static let summary = "Adds noise."
      func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x + scope.randomNormal("noise", x.shape) }
    }
    let noisy = TrainedNetwork(try Network(name: "g", layers: Sequential { Noise() }, inputShape: [3], key: Key(seed: 1)))
    #expect { _ = try noisy.onnxModel() } throws: { "\($0)".contains("draws random numbers") }
    #expect {
      _ = try WeightFile(minibatch, layout: .keras)
    } throws: { "\($0)".contains("'01_minibatch_discrimination'") && "\($0)".contains("no counterpart in Keras") }
  }
}
