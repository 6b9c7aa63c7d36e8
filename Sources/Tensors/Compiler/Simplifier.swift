import Synchronization

/// Turns an expression graph into the intermediate form: one operation for each distinct expression (common subexpressions are found by
/// hashing), algebra simplified on the way, and nothing that no output needs.
struct Simplifier {
  private(set) var operations: [Operation] = []
  private var table: [Operation: ValueID] = [:]
  /// Fills by the bits of their value: 0 and −0 are not the same constant, and NaN is one.
  private var fills: [FillKey: ValueID] = [:]

  private struct FillKey: Hashable {
    var bits: UInt64
    var shape: Shape
    var dtype: DType
  }

  /// - Throws: `TensorError` where an output is invalid or depends on a placeholder that is not among `parameters`.
  static func simplify(outputs: [Tensor], parameters: [Tensor]) throws -> Intermediate {
    for output in outputs { try output.validated() }
    var simplifier = Simplifier()
    var ids: [ObjectIdentifier: ValueID] = [:]
    let known = Set(parameters.map { ObjectIdentifier($0.node) })
    for node in reachable(from: outputs.map(\.node), stoppingAt: known) {
      let identity = ObjectIdentifier(node)
      if !known.contains(identity), case .input = node.primitive {
        throw TensorError(
          "a \(node.dtype.rawValue) placeholder of shape \(node.shape) has no value: only the parameters of the function being compiled may be used"
        )
      }
      // A value that is already computed is a constant, unless the program is to take it as a parameter.
      if known.contains(identity) {
        ids[identity] = simplifier.add(Operation(primitive: .input(node.identifier), inputs: [], shape: node.shape, dtype: node.dtype))
      } else if let storage = node.value.withLock({ $0 }) {
        ids[identity] = simplifier.add(Operation(primitive: .constant(storage), inputs: [], shape: node.shape, dtype: node.dtype))
      } else {
        let inputs = node.inputs.compactMap { ids[ObjectIdentifier($0)] }
        precondition(inputs.count == node.inputs.count, "an operand of \(node.primitive.kind) comes after it")
        ids[identity] = simplifier.simplified(
          Operation(primitive: node.primitive, inputs: inputs, shape: node.shape, dtype: node.dtype))
      }
    }
    let outputIDs = outputs.compactMap { ids[ObjectIdentifier($0.node)] }
    let parameterIDs = parameters.map { ids[ObjectIdentifier($0.node)] }
    return withoutDeadCode(simplifier.operations, outputs: outputIDs, parameters: parameterIDs)
  }

  private static func reachable(from roots: [Node], stoppingAt leaves: Set<ObjectIdentifier>) -> [Node] {
    var visited: Set<ObjectIdentifier> = []
    var pending = roots.filter { visited.insert(ObjectIdentifier($0)).inserted }
    var result: [Node] = []
    while let node = pending.popLast() {
      result.append(node)
      if leaves.contains(ObjectIdentifier(node)) || node.value.withLock({ $0 != nil }) { continue }
      for input in node.inputs where visited.insert(ObjectIdentifier(input)).inserted { pending.append(input) }
    }
    return result.sorted { $0.identifier < $1.identifier }
  }

  private static func withoutDeadCode(_ operations: [Operation], outputs: [ValueID], parameters: [ValueID?]) -> Intermediate {
    var live = [Bool](repeating: false, count: operations.count)
    for output in outputs { live[output] = true }
    for id in operations.indices.reversed() where live[id] {
      for input in operations[id].inputs { live[input] = true }
    }
    var renamed = [ValueID?](repeating: nil, count: operations.count)
    var result = Intermediate()
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

  /// Returns the value of an operation, adding it where it is new.
  mutating func add(_ operation: Operation) -> ValueID {
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

  func fillValue(_ id: ValueID) -> Double? {
    if case .fill(let value) = operations[id].primitive { return value }
    return nil
  }

  mutating func fill(_ value: Double, like operation: Operation) -> ValueID {
    add(Operation(primitive: .fill(operation.dtype.rounded(value)), inputs: [], shape: operation.shape, dtype: operation.dtype))
  }
}
