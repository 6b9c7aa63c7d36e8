import Rival

/// Networks that go to other programs in tests. Their weights come from a formula, exact in every format, so that equal files mean equal models:
/// what `Tests/Reference/run_exchanged_models.py` found of a file holds for every file of its digest.
enum ExchangedModels {
  struct Model {
    var name: String
    var network: TrainedNetwork
    var batchSize: Int?
  }

  static func all() throws -> [Model] {
    [
      try model(
        "dense", [8],
        Sequential {
          Dense(12)
          LayerNorm()
          LeakyReLU(0.2)
          Dense(12, usesBias: false)
          BatchNorm()
          ReLU()
          Dense(3)
          Tanh()
        }),
      try model(
        "generator", [8],
        Sequential {
          Dense(48, usesBias: false)
          BatchNorm()
          ReLU()
          Reshape([2, 4, 6])
          ConvTranspose2D(5, kernel: 4, stride: 2, usesBias: false)
          BatchNorm()
          LeakyReLU(0.2)
          ConvTranspose2D(4, kernel: 5, stride: 2)
          ReLU()
          ConvTranspose2D(4, kernel: 3, stride: 2, padding: .valid)
          ReLU()
          Conv2D(3, kernel: 3)
          Tanh()
        }),
      try model(
        "critic", [11, 9, 3],
        Sequential {
          Conv2D(4, kernel: 4, stride: 2)
          LeakyReLU(0.2)
          Conv2D(6, kernel: 3, padding: .valid, dilation: 1)
          LeakyReLU(0.2)
          Flatten()
          Dense(5)
          Sigmoid()
          Dense(1)
        }),
      try model(
        "layers", [12, 12, 2],
        Sequential {
          Conv2D(4, kernel: 3, dilation: 2)
          ELU()
          MaxPool(2)
          Upsample(3)
          GELU()
          AveragePool(2)
          SiLU()
          LayerNorm()
          Dropout(0.5)
          GlobalAveragePool()
          Softplus()
          Dense(2)
        }),
      try model(
        "conditional-generator", [8], given: [Field("label", classes: 3)],
        Sequential {
          ConcatenatedCondition()
          Dense(24)
          Reshape([2, 2, 6])
          ConditionalBatchNorm()
          ReLU()
          ConvTranspose2D(2, kernel: 4, stride: 2)
        }),
      try model(
        "conditional-critic", [4, 4, 2], given: [Field("label", classes: 3), Field("hint", shape: [4, 4, 1])],
        Sequential {
          ConcatenatedCondition("hint")
          Conv2D(6, kernel: 3)
          GlobalAveragePool()
          ProjectionHead()
        }),
      try model(
        "minibatch", [6],
        Sequential {
          Dense(5)
          MinibatchDiscrimination(kernels: 3, dimensions: 2)
          MinibatchStandardDeviation()
          Dense(1)
        }, batchSize: 4),
      try model("operations", [4], Sequential { EveryOperation() }),
    ]
  }

  static func model(
    _ name: String, _ input: Shape, given fields: [Field] = [], _ layers: Sequential, batchSize: Int? = nil
  ) throws -> Model {
    let network = try Network(name: name, layers: layers, inputShape: input, fields: fields, key: Key(seed: 1))
    return Model(name: name, network: weighted(network), batchSize: batchSize)
  }

  /// The network with weights from a formula: multiples of 1/4096 in ±1/4; variances positive.
  static func weighted(_ network: Network) -> TrainedNetwork {
    var number = 0
    func values(_ path: String, _ tensor: Tensor) -> Tensor {
      number += 1
      return Tensor(
        (0..<tensor.elementCount).map { index in
          let value = Float((number * 7_919 + index * 104_729) % 2_003 - 1_001) / 4_096
          return path.hasSuffix("variance") ? abs(value) + 0.5 : path.hasSuffix("gamma") ? value + 1 : value
        }, shape: tensor.shape)
    }
    let parameters = network.parameters.mapped(values)
    return TrainedNetwork(network, parameters: parameters, state: network.state.mapped(values))
  }

  /// An input for a model, likewise; each class in turn.
  static func input(_ model: Model) -> (input: Tensor, conditions: Batch) {
    let count = model.batchSize ?? 6
    func numbers(_ shape: [Int], _ offset: Int) -> Tensor {
      let shape = Shape([count] + shape)
      return Tensor((0..<shape.elementCount).map { Float(($0 * 48_271 + offset) % 4_001 - 2_000) / 1_024 }, shape: shape)
    }
    let conditions = model.network.network.conditions.enumerated().map { index, field in
      Batch.Entry(
        field, field.classCount.map { classes in Tensor(int32: (0..<count).map { Int32($0 % classes) }) } ?? numbers(field.shape, index))
    }
    return (numbers(model.network.network.inputShape.dimensions, 17), Batch(conditions))
  }
}

/// A layer of a user's own that uses what the built-in ones do not.
struct EveryOperation: Layer {
  static let name = "every-operation"
  static let summary = "Uses many operations."

  func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let positive = abs(x) + 0.5
    let n = x.shape[0]
    let table = try scope.parameter("table", [5, 4], initializer: .normal(standardDeviation: 0.1))
    let index = floor(positive.sum(axes: [1]) * 0.7).converted(to: .int32)
    let parts: [Tensor] = [
      exp(x) - expm1(x), log(positive), log1p(positive), sqrt(positive), reciprocalSquareRoot(positive), tanh(x), sigmoid(x), sin(x),
      cos(x), floor(x * 2), erf(x), softplus(x), sign(x), -x, x / positive, maximum(x, positive * 0.3), minimum(x, 0.2),
      pow(positive, x), select(x.isGreater(than: 0.1), x, positive), select(x.isFinite, x, -x),
      x.reversed(axes: [1]), x.sliced(axis: 1, 0..<4, stride: 2).padded(low: [0, 1], high: [0, 1], value: 0.5),
      x.transposed([1, 0]).transposed([1, 0]),
      table.gathered(index, axis: 0), x.maximum(axes: [1], keepingDimensions: true).broadcast(to: [n, 4]),
      x.minimum(axes: [1], keepingDimensions: true).broadcast(to: [n, 4]),
      x.expandingDimension(at: 1).broadcast(to: [n, 3, 4]).reshaped([n * 3, 4]).reshaped([n, 3, 4]).sum(axes: [1]),
      Tensor.iota([n, 4], axis: 1).converted(to: .float32) * x,
    ]
    return concatenated(parts, axis: 1)
  }
}
