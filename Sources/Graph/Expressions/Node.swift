import Synchronization

/// One operation of an expression graph: immutable but for its cached value and for the release of long chains.
package final class Node: @unchecked Sendable {
  // `@unchecked`: `inputs` is changed only in `deinit`, of a node that nobody else can reach; `value` is behind a mutex.

  /// Grows along every path through a graph, so that sorting by it is a topological order.
  package let identifier: UInt64
  package let primitive: Primitive
  package private(set) var inputs: [Node]
  package let shape: Shape
  package let dtype: DType
  /// Why the node has no value, where it has none.
  package let failure: TensorError?
  /// The value, once somebody asked for it.
  package let value = Mutex<Storage?>(nil)

  private static let counter = Atomic<UInt64>(0)

  init(_ primitive: Primitive, inputs: [Node], shape: Shape, dtype: DType, failure: TensorError? = nil) {
    self.identifier = Node.counter.add(1, ordering: .relaxed).newValue
    self.primitive = primitive
    self.inputs = inputs
    self.shape = shape
    self.dtype = dtype
    self.failure = failure
  }

  /// A number that no other node has: the identity of a placeholder.
  static func uniqueNumber() -> UInt64 {
    counter.add(1, ordering: .relaxed).newValue
  }

  // Releasing a chain of 40,000 nodes recursively overflows the stack, so the last owner takes its ancestors apart in a loop.
  deinit {
    guard !inputs.isEmpty else { return }
    var pending = inputs
    inputs = []
    while var node = pending.popLast() {
      if isKnownUniquelyReferenced(&node) {
        pending.append(contentsOf: node.inputs)
        node.inputs = []
      }
    }
  }
}
