import Foundation
import Rival
import Testing

@testable import Exchange

/// Weights that PyTorch, Keras and ONNX's own library wrote (`Tests/Reference/run_exchanged_models.py --write`), read into networks of ours.
@Suite("Weights of other programs")
struct WeightFileTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path
  private let known: [String: [Float]]

  init() throws {
    known = try JSONDecoder().decode([String: [Float]].self, from: Data(contentsOf: URL(fileURLWithPath: Self.fixtures + "/foreign.json")))
  }

  private func generator() throws -> TrainedNetwork { try #require(try ExchangedModels.all().first { $0.name == "generator" }).network }

  /// The network with the weights of a file, and how far its output is from what the other program found.
  private func error(
    _ network: Network, _ file: WeightFile, _ layout: WeightLayout, _ matching: WeightMatching = .names, names: [String: String] = [:],
    known name: String
  ) throws -> Float {
    let read = try file.tensors(for: TrainedNetwork(network), layout: layout, names: names, matching: matching)
    let values = Dictionary(uniqueKeysWithValues: try read.map { ($0.tensor.path, try $0.tensor.tensor()) })
    let trained = TrainedNetwork(
      network, parameters: network.parameters.mapped { values[$0] ?? $1 }, state: network.state.mapped { values[$0] ?? $1 })
    let input = try #require(known["input"])
    let output = try trained(Tensor(input, shape: [1, 8])).scalars()
    let wanted = try #require(known[name])
    #expect(output.count == wanted.count)
    return zip(output, wanted).map { abs($0 - $1) }.max() ?? .infinity
  }

  @Test("a state of PyTorch, by names and by order")
  func pytorch() throws {
    let network = try generator().network
    let file = try WeightFile(reading: Self.fixtures + "/torch.safetensors", prefix: "net.")
    #expect(try error(network, file, .pytorch, known: "torch") < 1e-5)
    // Under other names the layers' order tells, where numbers count as numbers.
    var renamed = file
    for index in renamed.tensors.indices {
      let parts = renamed.tensors[index].path.split(separator: ".")
      renamed.tensors[index].path = "blocks.\(try #require(Int(parts[0])) * 7).\(parts[1])"
    }
    #expect(try error(network, renamed, .pytorch, .order, known: "torch") < 1e-5)
    #expect(throws: ExchangeError.self) { try error(network, renamed, .pytorch, known: "torch") }
  }

  @Test("I5: a weights file of Keras, with two layers of a class and stacks inside")
  func keras() throws {
    let file = try WeightFile(reading: Self.fixtures + "/keras.weights.h5")
    #expect(try error(generator().network, file, .keras, known: "keras") < 1e-5)
    let nested = Sequential {
      Sequential {
        Dense(6)
        LeakyReLU(0.2)
        Dense(4)
      }
      Dense(3)
      Sequential {
        Dense(2)
        Dense(2)
      }
    }
    let network = try Network(name: "nested", layers: nested, inputShape: [8], key: Key(seed: 1))
    #expect(try error(network, WeightFile(reading: Self.fixtures + "/nested.weights.h5"), .keras, known: "nested") < 1e-5)
    // A normalization without scale has one variable less, and then nothing tells which.
    let scaled = try Network(
      name: "g",
      layers: Sequential {
        Dense(3)
        BatchNorm()
      }, inputShape: [8], key: Key(seed: 1))
    #expect {
      _ = try WeightFile(reading: Self.fixtures + "/unscaled.weights.h5").tensors(for: TrainedNetwork(scaled), layout: .keras)
    } throws: { "\($0)".contains("layers/batch_normalization/vars/3 for 01_batch_norm/moving_variance") }
  }

  @Test("the weights of an ONNX model of another program, by a map of names; half precision becomes float32")
  func onnx() throws {
    let network = try Network(name: "g", layers: Sequential { Dense(3) }, inputShape: [8], key: Key(seed: 1))
    let file = try WeightFile(reading: Self.fixtures + "/half.onnx")
    #expect(file.tensors.map(\.path) == ["w", "b"])
    #expect(try error(network, file, .rival, names: ["00_dense/weight": "w", "00_dense/bias": "b"], known: "half") < 1e-6)
  }

  @Test("every format gives back what was written, bit for bit")
  func roundTrips() throws {
    let folder = try TemporaryFolder()
    for model in try ExchangedModels.all() {
      for (ending, layout) in [(".safetensors", WeightLayout.rival), (".safetensors", .pytorch), (".weights.h5", .keras)] {
        guard let file = try? WeightFile(model.network, layout: layout) else { continue }
        let path = folder.path + "/w" + ending
        try file.write(to: path)
        let back = try WeightFile(reading: path).tensors(for: TrainedNetwork(model.network.network), layout: layout)
        #expect(back.count == model.network.tensors.count)
        for (path, tensor) in model.network.tensors {
          #expect(try back.first { $0.tensor.path == path }?.tensor == StoredTensor(tensor, at: path), "\(model.name) \(layout) \(path)")
        }
      }
      try model.network.writeONNX(to: folder.path + "/m.onnx", batchSize: model.batchSize)
      let back = try WeightFile(reading: folder.path + "/m.onnx").tensors.filter { $0.path.contains("/") }
      #expect(back.count == model.network.tensors.count)
      for tensor in back {
        #expect(try model.network.tensors.first { $0.path == tensor.path }.map { try StoredTensor($0.tensor, at: $0.path) } == tensor)
      }
    }
  }

  @Test("what PyTorch arranges otherwise: outputs first, and images channels first")
  func arrangement() throws {
    let layers = Sequential {
      Dense(12)
      Reshape([2, 3, 2])
      Flatten()
      Dense(1)
    }
    let network = try Network(name: "g", layers: layers, inputShape: [2], key: Key(seed: 1))
    let weight = Tensor((0..<24).map(Float.init), shape: [2, 12])
    let bias = Tensor((0..<12).map(Float.init), shape: [12])
    var parameters = network.parameters
    parameters["00_dense/weight"] = weight
    parameters["00_dense/bias"] = bias
    parameters["03_dense/weight"] = bias.reshaped([12, 1])
    let file = try WeightFile(TrainedNetwork(network, parameters: parameters), layout: .pytorch)
    func values(_ name: String) throws -> [Float] { try #require(file.tensors.first { $0.path == name }).values() }
    // Number 2p + c of an image, p its pixel and c its channel, becomes number 6c + p.
    let order: [Float] = [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]
    #expect(try values("0.bias") == order)
    #expect(try values("0.weight") == order.flatMap { [$0, $0 + 12] })
    #expect(try values("3.weight") == order)
  }

  @Test("what is missing, belongs nowhere or has another shape is named, all at once")
  func misfits() throws {
    let network = try generator()
    var file = try WeightFile(network, layout: .pytorch)
    file.tensors.removeAll { $0.path == "11.weight" || $0.path == "1.bias" }
    let index = try #require(file.tensors.firstIndex { $0.path == "4.weight" })
    file.tensors[index] = StoredTensor(path: "4.weight", shape: [5, 6, 4, 4], values: [Float](repeating: 0, count: 480))
    file.tensors.append(StoredTensor(path: "13.spare", shape: [1], values: [Float(0)]))
    #expect {
      _ = try file.tensors(for: network, layout: .pytorch)
    } throws: { error in
      [
        "1.bias for 01_batch_norm/beta", "11.weight for 11_conv2d/kernel", "are missing", "'13.spare' belongs to no layer",
        "'4.weight' is float32 [5, 6, 4, 4], but float32 [6, 5, 4, 4] is wanted",
      ].allSatisfy { "\(error)".contains($0) }
    }
    #expect { _ = try file.tensors(for: network, layout: .pytorch, names: ["0_dense/weight": "w"]) } throws: {
      "\($0)".contains("'0_dense/weight', which the generator does not have")
    }
    #expect { _ = try WeightFile(reading: "weights.bin") } throws: { "\($0)".contains(".safetensors, .weights.h5, .onnx") }
  }

  @Test("a damaged ONNX file is an error, whatever byte was changed")
  func damage() throws {
    let folder = try TemporaryFolder()
    let bytes = try WholeFile.read(Self.fixtures + "/half.onnx")
    var refused = 0
    for place in bytes.indices {
      for mask in [UInt8(0x01), 0x80, 0xff] {
        var changed = bytes
        changed[place] ^= mask
        try WholeFile.write(changed, to: folder.path + "/m.onnx")
        do { _ = try WeightFile(reading: folder.path + "/m.onnx") } catch is ExchangeError { refused += 1 }
      }
      try WholeFile.write(Array(bytes[..<place]), to: folder.path + "/m.onnx")
      do { _ = try WeightFile(reading: folder.path + "/m.onnx") } catch is ExchangeError { refused += 1 }
    }
    #expect(refused > bytes.count)
  }
}
