/// Collects operations, one for each distinct expression: common subexpressions are found by hashing.
public struct GraphBuilder {
  public private(set) var operations: [OperationGraph.Operation] = []
  private var table: [OperationGraph.Operation: ValueID] = [:]
  /// Fills by the bits of their value: 0 and −0 are not the same constant, and NaN is one.
  private var fills: [FillKey: ValueID] = [:]

  private struct FillKey: Hashable {
    var bits: UInt64
    var shape: Shape
    var dtype: DType
  }

  public init() {}

  /// Returns the value of an operation, adding it where it is new.
  public mutating func add(_ operation: OperationGraph.Operation) -> ValueID {
    if case .fill(let value) = operation.primitive {
      let key = FillKey(bits: value.bitPattern, shape: operation.shape, dtype: operation.dtype)
      if let known = fills[key] { return known }
      operations.append(operation)
      fills[key] = operations.count - 1
      return operations.count - 1
    }
    if let known = table[operation] { return known }
    operations.append(operation)
    table[operation] = operations.count - 1
    return operations.count - 1
  }

  /// The number that a value is everywhere, where it is a fill.
  public func fillValue(_ id: ValueID) -> Double? {
    if case .fill(let value) = operations[id].primitive { return value }
    return nil
  }

  /// The value of `value` everywhere, of the shape and type of `operation`.
  public mutating func fill(_ value: Double, like operation: OperationGraph.Operation) -> ValueID {
    add(.init(primitive: .fill(operation.dtype.rounded(value)), inputs: [], shape: operation.shape, dtype: operation.dtype))
  }

  /// The value `input` under another shape.
  public mutating func reshaped(_ input: ValueID, _ shape: Shape) -> ValueID {
    let source = operations[input]
    if source.shape == shape { return input }
    if let value = fillValue(input) { return add(.init(primitive: .fill(value), inputs: [], shape: shape, dtype: source.dtype)) }
    if case .reshape = source.primitive { return reshaped(source.inputs[0], shape) }
    return add(.init(primitive: .reshape, inputs: [input], shape: shape, dtype: source.dtype))
  }

  /// The graph of what was added and some output needs.
  public func graph(
    outputs: [ValueID], parameters: [ValueID?], parameterTypes: [TensorType], donations: [Int: Int] = [:]
  ) -> OperationGraph {
    OperationGraph(
      operations: operations, parameters: parameters, parameterTypes: parameterTypes, outputs: outputs, donations: donations
    ).withoutDeadCode()
  }
}
