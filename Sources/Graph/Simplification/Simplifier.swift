import Synchronization

/// Turns an expression graph into the graph that executors take: one operation for each distinct expression, algebra simplified on the way,
/// and nothing that no output needs. What it does is good on every device; an executor rewrites further what suits its own.
package struct Simplifier {
  typealias Operation = OperationGraph.Operation

  var builder = GraphBuilder()

  /// - Throws: `TensorError` where an output is invalid or depends on a placeholder that is not among `parameters`.
  package static func simplify(outputs: [Tensor], parameters: [Tensor], donations: [Int: Int] = [:]) throws -> OperationGraph {
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
        ids[identity] = simplifier.builder.add(
          Operation(primitive: .input(node.identifier), inputs: [], shape: node.shape, dtype: node.dtype))
      } else if let storage = node.value.withLock({ $0 }) {
        ids[identity] = simplifier.builder.add(
          Operation(primitive: .constant(storage), inputs: [], shape: node.shape, dtype: node.dtype))
      } else {
        let inputs = node.inputs.compactMap { ids[ObjectIdentifier($0)] }
        precondition(inputs.count == node.inputs.count, "an operand of \(node.primitive.kind) comes after it")
        ids[identity] = simplifier.simplified(
          Operation(primitive: node.primitive, inputs: inputs, shape: node.shape, dtype: node.dtype))
      }
    }
    return simplifier.builder.graph(
      outputs: outputs.compactMap { ids[ObjectIdentifier($0.node)] }, parameters: parameters.map { ids[ObjectIdentifier($0.node)] },
      parameterTypes: parameters.map(TensorType.init), donations: donations)
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
}
