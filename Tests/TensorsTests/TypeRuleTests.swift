import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// The type rule of each primitive: it holds in every graph that operations make, and is broken by any other type.
@Suite struct TypeRuleTests {
  /// All nodes that some tensors are computed from.
  private func nodes(of tensors: [Tensor]) -> [Node] {
    var known: Set<ObjectIdentifier> = []
    var pending = tensors.map(\.node)
    var result: [Node] = []
    while let node = pending.popLast() {
      guard known.insert(ObjectIdentifier(node)).inserted else { continue }
      result.append(node)
      pending += node.inputs
    }
    return result
  }

  private func inferred(_ node: Node, as declared: TensorType? = nil, of operands: [TensorType]? = nil) -> TensorType? {
    node.primitive.inferredType(
      of: operands ?? node.inputs.map { TensorType($0.shape, $0.dtype) }, declared: declared ?? TensorType(node.shape, node.dtype))
  }

  @Test(arguments: gradientTable) func holdsForEachPrimitive(row: GradientRow) throws {
    let x = row.inputs.map { Tensor.placeholder($0.0, dtype: .float64) }
    let y = row.function(x)
    let gradients = y.dtype.isFloatingPoint ? gradient(of: (y * y).sum(), at: x) : []
    for node in nodes(of: [y] + gradients) {
      let type = TensorType(node.shape, node.dtype)
      #expect(inferred(node) == type, "\(node.primitive.kind)")
      // One more operand, and a shape or a type that is no tensor's, are never right.
      #expect(
        inferred(node, of: node.inputs.map { TensorType($0.shape, $0.dtype) } + [type, type, type]) != type
          || node.primitive.kind == .concatenate)
      #expect(inferred(node, as: TensorType([-1], node.dtype)) == nil)
    }
  }

  @Test func holdsInRandomGraphsBeforeAndAfterRewriting() throws {
    for seed in 0..<120 {
      let graph = RandomGraph(seed: seed, dtype: seed % 2 == 0 ? .float32 : .float64, large: false)
      let simplified = try Simplifier.simplify(outputs: graph.outputs, parameters: graph.parameters)
      #expect(simplified.firstIllTyped() == nil, "graph \(seed)")
      #expect(Rewriting.rewritten(simplified).firstIllTyped() == nil, "graph \(seed)")
      // A result with another shape, where the operands say which it has, or an operand that comes later, is found.
      for id in simplified.operations.indices where !simplified.operations[id].inputs.isEmpty {
        var wrong = simplified
        wrong.operations[id].inputs[0] = id
        #expect(wrong.firstIllTyped() == id)
        let kind = simplified.operations[id].primitive.kind
        if kind == .randomBits || kind == .broadcast || simplified.operations[id].shape.elementCount == 0 { continue }
        wrong = simplified
        wrong.operations[id].shape = Shape(wrong.operations[id].shape.dimensions + [3])
        #expect(wrong.firstIllTyped() == id, "graph \(seed), \(kind)")
      }
    }
  }
}
