import Tensors

/// What a network is made of, layer by layer: shapes, parameters, operations.
public struct NetworkSummary: Sendable {
  /// One layer of the network.
  public struct Row: Sendable {
    /// Its scope, such as `00_dense`.
    public let path: String
    /// The layer as a person writes it: `dense(units: 128)`.
    public let layer: String
    /// The shape of its output for one sample.
    public let outputShape: Shape
    /// How many numbers it trains.
    public let parameterCount: Int
    /// How many floating-point operations it takes for one sample in use, a product of a sum counting as two.
    public let operationCount: Int
  }

  /// The layers, in order.
  public let rows: [Row]
  /// How many numbers all layers train.
  public var parameterCount: Int { rows.reduce(0) { $0 + $1.parameterCount } }
  /// How many floating-point operations one sample takes in use.
  public var operationCount: Int { rows.reduce(0) { $0 + $1.operationCount } }

  /// Looks at a network.
  ///
  /// - Throws: what its layers throw when they are used.
  public init(_ network: Network) throws {
    // Two samples, because some layers need more than one.
    let count = 2
    let parameters = network.parameters.mapped { Tensor.placeholder($1.shape, dtype: $1.dtype) }
    let state = network.state.mapped { Tensor.placeholder($1.shape, dtype: $1.dtype) }
    let input = Tensor.placeholder(Shape([count] + network.inputShape.dimensions))
    let conditions = Batch.placeholders(network.conditions, size: count)
    let output = try network(
      input, parameters: parameters, state: state, conditions: conditions, isTraining: false, randomKey: Key(seed: 0))
    let paths = network.layers.layers.indices.map { network.layers.scopeName(at: $0) }
    let taps = paths.map { path in output.taps.last { $0.path == path }?.feature ?? output.output }
    let graph = try Simplifier.simplify(
      outputs: taps, parameters: parameters.tensors + state.tensors + [input] + conditions.entries.map(\.tensor))
    // Operations stand in the order in which layers made them.
    var first = 0
    rows = paths.indices.map { index in
      let end = max(first, graph.outputs[index] + 1)
      defer { first = end }
      return Row(
        path: paths[index], layer: network.layers.layers[index].layer.summaryLine,
        outputShape: Shape(Array(taps[index].shape.dimensions.dropFirst())),
        parameterCount: network.parameters.filter { $0.path.hasPrefix(paths[index] + "/") }.reduce(0) { $0 + $1.tensor.elementCount },
        operationCount: (first..<end).reduce(0) { $0 + graph.operationCount(of: $1) } / count)
    }
  }
}
