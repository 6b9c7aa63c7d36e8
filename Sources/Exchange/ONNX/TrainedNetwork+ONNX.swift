import Checkpoints
import Graph
import Networks
import Tensors

extension TrainedNetwork {
  /// Writes the network as an ONNX model (opset 18), which computes what the network does in evaluation mode.
  ///
  /// Its input is called `input` `[N, …]`, images `[N, height, width, channels]`; conditions follow under their fields' names, classes as int32
  /// `[N]`; its output is called `output`. The weights keep their paths as names, so that they can be read back. Layers of one's own come along,
  /// as all of them are made of the same operations.
  ///
  /// - Parameters:
  ///   - path: the file; it is replaced in one step.
  ///   - batchSize: a fixed number of samples; `nil`, the default, for any.
  ///   - metadata: texts by name to keep in the file.
  /// - Throws: `ExchangeError` where the network draws random numbers, uses an operation that ONNX lacks, or depends on the number of samples
  ///   while none is fixed; `CheckpointError` where the file cannot be written.
  public func writeONNX(to path: String, batchSize: Int? = nil, metadata: [String: String] = [:]) throws {
    let bytes = try onnxModel(batchSize: batchSize, metadata: metadata).encoded()
    // A message of Protocol Buffers has less than 2 GiB.
    guard bytes.count < 1 << 31 else {
      throw ExchangeError("\(path): the model has \(bytes.count) bytes; an ONNX file holds less than 2 GiB")
    }
    try WholeFile.write(bytes, to: path)
  }

  func onnxModel(batchSize: Int? = nil, metadata: [String: String] = [:]) throws -> ONNXModel {
    if let batchSize, batchSize < 1 { throw ExchangeError("a batch of \(batchSize) samples cannot be; fix 1 or more") }
    // Two sizes that no shape has by chance, and which do not divide each other.
    let sizes = batchSize.map { ($0, $0) } ?? (5, 7)
    let names = parameters.paths + state.paths + ["input"] + network.conditions.map(\.name)
    guard Set(names).count == names.count else {
      throw ExchangeError("a condition has the name of a tensor, or is called 'input'; name it otherwise")
    }
    let graph = try operations(count: sizes.0)
    var lowering = try ONNXLowering(
      graph, and: sizes.0 == sizes.1 ? graph : operations(count: sizes.1), sizes: sizes, parameters: names, counted: "input")
    let result = lowering.output(called: "output")

    var model = ONNXModel(name: network.name)
    for (path, tensor) in tensors where lowering.uses(path) {
      model.initializers.append(
        .init(name: path, type: tensor.dtype.elementType, shape: tensor.shape.dimensions, bytes: try tensor.withBytes { Array($0) }))
    }
    model.initializers += lowering.initializers
    model.nodes = lowering.nodes
    func port(_ name: String, _ dtype: DType, _ shape: [Int]) -> ONNXModel.Port {
      ONNXModel.Port(name: name, type: dtype.elementType, shape: [batchSize] + shape)
    }
    model.inputs =
      [port("input", .float32, network.inputShape.dimensions)] + network.conditions.map { port($0.name, $0.dtype, $0.shape) }
    model.outputs = [
      ONNXModel.Port(name: "output", type: result.type, shape: batchSize.map { [$0] + result.shape.dropFirst() } ?? result.shape)
    ]
    model.metadata = metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    return model
  }

  /// What the network computes of `count` samples, with weights, state, input and conditions as parameters in that order.
  private func operations(count: Int) throws -> OperationGraph {
    func placeholder(_ entry: (path: String, tensor: Tensor)) -> (String, Tensor) {
      (entry.path, .placeholder(entry.tensor.shape, dtype: entry.tensor.dtype))
    }
    let parameters = Parameters(self.parameters.map(placeholder))
    let state = Parameters(self.state.map(placeholder))
    let input = Tensor.placeholder(Shape([count] + network.inputShape.dimensions))
    let conditions = Batch.placeholders(network.conditions, size: count)
    let output = try TrainedNetwork(network, parameters: parameters, state: state)(input, conditions: conditions)
    return try Simplifier.simplify(
      outputs: [output], parameters: parameters.tensors + state.tensors + [input] + conditions.entries.map(\.tensor))
  }
}
