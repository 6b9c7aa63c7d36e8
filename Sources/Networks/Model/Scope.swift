import Tensors

/// What a layer asks for: parameters, state, randomness, nested scopes; and where it publishes features.
///
/// Building a model runs its layers once on a placeholder: `parameter` and `state` then declare what they are asked for, with initial
/// values that depend on the seed and the path alone. Afterwards the store is sealed: asking for what was never declared is an error.
public final class Scope {
  /// Whether the network is being trained (batch statistics, dropout) or used.
  public var isTraining: Bool { run.isTraining }

  let run: NetworkRun
  let path: String
  /// What a layer further out hands to the layers in it.
  private let given: Batch

  init(run: NetworkRun, path: String = "", given: Batch = []) {
    self.run = run
    self.path = path
    self.given = given
  }

  /// A trainable tensor.
  ///
  /// - Parameters:
  ///   - name: unique in this scope; with the scope's path it is where checkpoints keep the tensor.
  ///   - fan: inputs and outputs of a unit, where the shape `[…, inputs, outputs]` does not tell them.
  ///   - outputAxis: the dimension that counts outputs, for whoever takes the parameter for a matrix; the last one by default.
  ///   - isTable: whether it is no matrix to multiply with, but a row for each class to look up.
  /// - Throws: `NetworkError` where the name was never declared, or with another shape.
  public func parameter(
    _ name: String, _ shape: Shape, initializer: Initializer, fan: Fan? = nil, outputAxis: Int? = nil, isTable: Bool = false
  ) throws -> Tensor {
    if let outputAxis { run.outputAxes[path + name] = outputAxis }
    if isTable { run.tables.insert(path + name) }
    return try run.tensor(\.parameters, path + name, shape) {
      initializer.values(shape, key: $0, fan: fan, outputAxis: outputAxis)
    }
  }

  /// A tensor that persists between calls but is not trained: running statistics, power-iteration vectors.
  public func state(_ name: String, _ shape: Shape, initializer: Initializer) throws -> Tensor {
    try run.tensor(\.state, path + name, shape) { initializer.values(shape, key: $0) }
  }

  /// Replaces a state for the next call. Its gradient is not followed.
  public func setState(_ name: String, to value: Tensor) throws {
    guard let current = run.state[path + name] else {
      throw NetworkError("state '\(path)\(name)' is set but was never asked for; call state(_:_:initializer:) first")
    }
    guard current.shape == value.shape || value.failure != nil else {
      throw NetworkError(
        "state '\(path)\(name)' has shape \(current.shape), but is set to a tensor of shape \(value.shape)")
    }
    run.state[path + name] = value.stoppingGradient
  }

  /// What the network is conditioned on beside its input: a field of the data (a class, an image), or what the game hands over under that
  /// name; one for each sample of the batch. So layers stay functions of one input.
  ///
  /// ```swift
  /// let label = try scope.condition("label")
  /// return concatenated([x, try label.oneHot(dtype: x.dtype)], axis: 1)
  /// ```
  /// - Throws: `NetworkError` where there is no such field.
  public func condition(_ name: String) throws -> Batch.Entry { try given[name] ?? run.condition(name) }

  /// The same scope, in which layers find `entry` as a condition under its field's name, such as the style that a layer made for those in it.
  public func giving(_ entry: Batch.Entry) -> Scope {
    var given = given
    given[entry.field.name] = entry
    return Scope(run: run, path: path, given: given)
  }

  /// Uniform random numbers in [0, 1), new in every training round: a stream of its own for each scope, name and call of the network.
  public func randomUniform(_ name: String, _ shape: Shape) -> Tensor {
    Tensors.randomUniform(shape, key: run.randomKey.derived(path + name), step: run.step)
  }

  /// Standard normal random numbers, likewise.
  public func randomNormal(_ name: String, _ shape: Shape) -> Tensor {
    Tensors.randomNormal(shape, key: run.randomKey.derived(path + name), step: run.step)
  }

  /// Publishes a feature under a name, for heuristics such as feature matching.
  public func tap(_ name: String, _ feature: Tensor) {
    run.taps.append((path + name, feature))
  }

  /// A nested scope.
  public func child(_ name: String) -> Scope {
    Scope(run: run, path: path + name + "/", given: given)
  }
}

/// One call of a network in the making: the stores it reads, and what it wrote.
final class NetworkRun {
  var parameters: Parameters
  var state: Parameters
  var taps: [(path: String, feature: Tensor)] = []
  /// While building: the values that state was declared with, before any layer set it.
  private(set) var declaredState = Parameters()
  /// The dimension of a parameter that counts outputs, where it is not the last one.
  var outputAxes: [String: Int] = [:]
  /// The parameters whose rows are looked up.
  var tables: Set<String> = []
  let conditions: Batch
  /// The fields that were asked for, in the order in which they first were.
  private(set) var usedConditions: [Field] = []
  let isTraining: Bool
  let randomKey: Key
  let step: Tensor?
  /// While building: the key that initial values derive from.
  let declaringKey: Key?

  init(
    parameters: Parameters, state: Parameters, conditions: Batch, isTraining: Bool, randomKey: Key, step: Tensor?, declaringKey: Key? = nil
  ) {
    self.parameters = parameters
    self.state = state
    self.conditions = conditions
    self.isTraining = isTraining
    self.randomKey = randomKey
    self.step = step
    self.declaringKey = declaringKey
  }

  func condition(_ name: String) throws -> Batch.Entry {
    guard let entry = conditions[name] else {
      let known = conditions.names.isEmpty ? "nothing" : conditions.names.joined(separator: ", ")
      throw NetworkError(
        "there is no condition '\(name)' here, but \(known); train on data that has such a field, or hand it over under that name")
    }
    if !usedConditions.contains(where: { $0.name == name }) { usedConditions.append(entry.field) }
    return entry
  }

  func tensor(
    _ store: ReferenceWritableKeyPath<NetworkRun, Parameters>, _ path: String, _ shape: Shape, initial: (Key) -> Tensor
  ) throws -> Tensor {
    if let known = self[keyPath: store][path] {
      if declaringKey != nil {
        throw NetworkError(
          "'\(path)' is declared twice; give the second one another name, or nest it in scope.child(…)")
      }
      guard known.shape == shape else {
        throw NetworkError("'\(path)' has shape \(known.shape), but the layer asks for \(shape)")
      }
      return known
    }
    guard let declaringKey else {
      let known = self[keyPath: store].paths.joined(separator: ", ")
      throw NetworkError(
        "'\(path)' was not declared when the model was built. There are: \(known.isEmpty ? "none" : known)")
    }
    guard shape.allSatisfy({ $0 > 0 }) else {
      throw NetworkError("'\(path)' cannot have shape \(shape): every size must be positive")
    }
    try Tensor.placeholder(shape).validated()
    try SystemMemory.require(
      TensorType(shape).byteCount, for: "'\(path)' of shape \(shape)", remedy: "make the layer smaller")
    let value = initial(declaringKey.derived(path))
    self[keyPath: store][path] = value
    if store == \NetworkRun.state { declaredState[path] = value }
    return value
  }
}
