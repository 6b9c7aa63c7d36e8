import Tensors

/// A named stack of layers with what building it found out: parameters, state, shapes.
public struct Network: Sendable {
  /// `"generator"`, `"discriminator"`.
  public let name: String
  public let layers: Sequential
  /// The shape of one input sample.
  public let inputShape: Shape
  /// The shape of one output sample.
  public let outputShape: Shape
  /// The initial parameters.
  public let parameters: Parameters
  /// The initial state.
  public let state: Parameters
  /// The fields that its layers ask for beside their input, in the order in which they first do.
  public let conditions: [Field]
  /// The shapes of what its layers publish for one sample, in order; see ``Scope/tap(_:_:)``.
  public let features: [(path: String, shape: Shape)]
  private let outputAxes: [String: Int]
  private let tables: Set<String>

  /// Builds a network: runs its layers once on a placeholder, which infers all shapes and declares parameters and state.
  ///
  /// - Parameters:
  ///   - inputShape: the shape of one sample.
  ///   - fields: what layers may ask for beside their input.
  ///   - key: initial values derive from it and from each parameter's path.
  /// - Throws: ``LayerError`` with the line of the layer, the shapes so far and a remedy.
  public init(name: String, layers: Sequential, inputShape: Shape, fields: [Field] = [], key: Key) throws {
    guard !layers.layers.isEmpty else {
      throw NetworkError("the \(name) has no layers; write at least one, such as Dense(1), into its block")
    }
    // Two samples: a layer that forgets the batch dimension shows.
    let batch = 2
    let run = NetworkRun(
      parameters: Parameters(), state: Parameters(), conditions: .placeholders(fields, size: batch), isTraining: true, randomKey: key,
      step: nil, declaringKey: key.derived(name))
    let output = try layers(.placeholder(Shape([batch] + inputShape.dimensions)), in: Scope(run: run))
    guard output.rank >= 1, output.shape[0] == batch else {
      throw NetworkError(
        "the \(name) turns a batch of \(batch) samples into a tensor of shape \(output.shape): its first dimension must count samples"
      )
    }
    self.name = name
    self.layers = layers
    self.inputShape = inputShape
    self.outputShape = Shape(Array(output.shape.dimensions.dropFirst()))
    self.parameters = run.parameters
    self.state = run.declaredState
    self.conditions = run.usedConditions
    self.outputAxes = run.outputAxes
    self.tables = run.tables
    self.features = run.taps.map { ($0.path, Shape(Array($0.feature.shape.dimensions.dropFirst()))) }
  }

  /// The dimension of a parameter that counts outputs: the last one, unless the layer said otherwise (a transposed convolution's kernel).
  public func outputAxis(ofParameter path: String) -> Int {
    outputAxes[path] ?? (parameters[path]?.rank ?? 1) - 1
  }

  /// Whether a parameter holds a row for each class to look up, rather than a matrix to multiply with.
  public func isTable(parameter path: String) -> Bool { tables.contains(path) }

  /// Runs the network on a batch.
  ///
  /// - Parameters:
  ///   - input: `[n] + inputShape`.
  ///   - parameters: the weights as the layers shall see them.
  ///   - state: the state before the call.
  ///   - conditions: at least the fields that the layers ask for, as many samples as `input` has.
  ///   - randomKey: the stream of this call's randomness (dropout); it moves on with `step`.
  public func callAsFunction(
    _ input: Tensor, parameters: Parameters, state: Parameters, conditions: Batch = [], isTraining: Bool, randomKey: Key,
    step: Tensor? = nil
  ) throws -> NetworkOutput {
    let run = NetworkRun(
      parameters: parameters, state: state, conditions: conditions, isTraining: isTraining, randomKey: randomKey, step: step)
    let output = try layers(input, in: Scope(run: run))
    return NetworkOutput(
      output: output, state: run.state, taps: run.taps.map { Tap(path: $0.path, feature: $0.feature) })
  }
}

/// What one call of a network gave.
public struct NetworkOutput: Sendable {
  /// `[n] + outputShape`.
  public var output: Tensor
  /// The state after the call.
  public var state: Parameters
  /// Published features, in order: each layer's output under its scope's name, and what layers tapped themselves.
  public var taps: [Tap]
}

/// A feature that a layer published.
public struct Tap: Sendable {
  public var path: String
  public var feature: Tensor

  /// A feature under a name, such as a game of one's own hands to its heuristics.
  public init(path: String, feature: Tensor) {
    self.path = path
    self.feature = feature
  }
}
