import Graph

/// Cheap values of small operands are computed again by each reader instead of being stored.
///
/// A pairwise difference `[n, 1, d] − [1, n, d]` costs one operation for each element, but storing it costs memory of n·n·d; two readers
/// that cannot share a kernel (reductions along different axes) would otherwise make the compiler store it.
struct Rematerialization {
  /// Values smaller than this are stored without a second thought.
  private static let minimumElements = 1 << 15
  /// How many times larger than each of its operands a value must be.
  private static let expansion = 8
  /// The longest chain that is computed again.
  private static let maximumOperations = 6

  private(set) var result: OperationGraph
  /// Operations that exist for one reader only.
  private(set) var copies: Set<ValueID> = []

  init(_ source: OperationGraph) {
    let operations = source.operations
    let repeated = Rematerialization.repeated(source)
    result = source
    guard !repeated.isEmpty else { return }
    result.operations = []
    var renamed = [ValueID?](repeating: nil, count: operations.count)
    for id in operations.indices where !repeated.contains(id) {
      var local: [ValueID: ValueID] = [:]
      var operation = operations[id]
      operation.inputs = operation.inputs.map { copy($0, operations, repeated, &local, renamed) }
      result.operations.append(operation)
      renamed[id] = result.operations.count - 1
    }
    result.outputs = source.outputs.compactMap { renamed[$0] }
    result.parameters = source.parameters.map { $0.flatMap { renamed[$0] } }
  }

  /// The value `id` for one reader: itself, or a copy of the chain that makes it.
  private mutating func copy(
    _ id: ValueID, _ operations: [Operation], _ repeated: Set<ValueID>, _ local: inout [ValueID: ValueID], _ renamed: [ValueID?]
  ) -> ValueID {
    guard repeated.contains(id) else {
      guard let known = renamed[id] else { preconditionFailure("value \(id) is read before it is computed") }
      return known
    }
    if let known = local[id] { return known }
    var operation = operations[id]
    operation.inputs = operation.inputs.map { copy($0, operations, repeated, &local, renamed) }
    result.operations.append(operation)
    local[id] = result.operations.count - 1
    copies.insert(result.operations.count - 1)
    return result.operations.count - 1
  }

  /// The values to compute again.
  private static func repeated(_ source: OperationGraph) -> Set<ValueID> {
    let operations = source.operations
    let views = Views(operations)
    var chain = [Int](repeating: 0, count: operations.count)  // operations in the chain that makes a value; 0 where it must be stored
    for id in operations.indices where operations[id].isCheap && operations[id].shape.elementCount >= minimumElements {
      var length = 1
      for input in operations[id].inputs {
        if operations[views[input].base].isFill { continue }
        if chain[input] > 0 {
          length += chain[input]
        } else if operations[views[input].base].shape.elementCount * expansion > operations[id].shape.elementCount {
          length = maximumOperations + 1
        }
      }
      chain[id] = length <= maximumOperations ? length : 0
    }
    // Only what is read element by element, by more than one reader (directly, or through values that are computed again themselves).
    var readers = [Int](repeating: 0, count: operations.count)
    for output in source.outputs { chain[views[output].base] = 0 }
    for id in operations.indices {
      for input in operations[id].inputs {
        readers[input] += 1
        let isDirect: Bool
        if case .reduce = operations[id].primitive { isDirect = true } else { isDirect = operations[id].isElementwise }
        if !isDirect { chain[views[input].base] = 0 }
      }
    }
    var result: Set<ValueID> = []
    var feedsRepeated = [Bool](repeating: false, count: operations.count)
    for id in operations.indices.reversed() where chain[id] > 0 && (readers[id] > 1 || feedsRepeated[id]) {
      result.insert(id)
      for input in operations[id].inputs { feedsRepeated[input] = true }
    }
    return result
  }
}

extension OperationGraph.Operation {
  /// Elementwise, at the price of a memory access or so.
  fileprivate var isCheap: Bool {
    switch primitive {
    case .binary(.add), .binary(.subtract), .binary(.multiply), .binary(.maximum), .binary(.minimum), .compare, .select: true
    case .unary(.negate), .unary(.absolute), .unary(.sign): true
    default: false
    }
  }
}
