/// The index of an operation of a graph, and of the value that it computes.
public typealias ValueID = Int

/// A program as executors take it: simplified operations in topological order, operands by index.
public struct OperationGraph: Sendable {
  /// One primitive applied to earlier values.
  public struct Operation: Hashable, Sendable {
    public var primitive: Primitive
    public var inputs: [ValueID]
    public var shape: Shape
    public var dtype: DType

    public init(primitive: Primitive, inputs: [ValueID], shape: Shape, dtype: DType) {
      (self.primitive, self.inputs, self.shape, self.dtype) = (primitive, inputs, shape, dtype)
    }

    /// The shape and type of the result.
    public var type: TensorType { TensorType(shape, dtype) }

    /// Whether each element of the result depends on the same element of the operands alone (or on its place).
    public var isElementwise: Bool {
      switch primitive {
      case .unary, .leakyReLU, .binary, .compare, .select, .convert, .bitcastToFloat, .iota, .randomBits: true
      default: false
      }
    }

    public var isFill: Bool {
      if case .fill = primitive { return true }
      return false
    }
  }

  /// The operations; each reads only earlier ones.
  public var operations: [Operation]
  /// The operation of each parameter, `nil` where nothing depends on it.
  public var parameters: [ValueID?]
  /// The shapes and types of the parameters.
  public var parameterTypes: [TensorType]
  /// The operations whose values the program returns.
  public var outputs: [ValueID]
  /// Output → parameter: after a run the parameter holds the output's value.
  public var donations: [Int: Int]
  /// What changes from run to run, where the program is one that is run again and again.
  public var repetition: Repetition?

  public init(
    operations: [Operation] = [], parameters: [ValueID?] = [], parameterTypes: [TensorType] = [], outputs: [ValueID] = [],
    donations: [Int: Int] = [:], repetition: Repetition? = nil
  ) {
    (self.operations, self.parameters, self.parameterTypes) = (operations, parameters, parameterTypes)
    (self.outputs, self.donations, self.repetition) = (outputs, donations, repetition)
  }

  /// The shapes and types of the outputs.
  public var outputTypes: [TensorType] { outputs.map { operations[$0].type } }

  /// How often each value is used, outputs included.
  public var useCounts: [Int] {
    var counts = [Int](repeating: 0, count: operations.count)
    for operation in operations { for input in operation.inputs { counts[input] += 1 } }
    for output in outputs { counts[output] += 1 }
    return counts
  }

  /// The graph without operations that no output needs.
  func withoutDeadCode() -> OperationGraph {
    var live = [Bool](repeating: false, count: operations.count)
    for output in outputs { live[output] = true }
    for id in operations.indices.reversed() where live[id] {
      for input in operations[id].inputs { live[input] = true }
    }
    var renamed = [ValueID?](repeating: nil, count: operations.count)
    var result = self
    result.operations = []
    for id in operations.indices where live[id] {
      renamed[id] = result.operations.count
      var operation = operations[id]
      operation.inputs = operation.inputs.compactMap { renamed[$0] }
      result.operations.append(operation)
    }
    result.outputs = outputs.compactMap { renamed[$0] }
    result.parameters = parameters.map { $0.flatMap { renamed[$0] } }
    return result
  }
}
