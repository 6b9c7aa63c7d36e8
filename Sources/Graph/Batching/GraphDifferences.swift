/// In what several graphs of one structure differ: keys of random streams and numbers that do not change.
package struct GraphDifferences {
  /// What an operation is in each of the graphs, in their order.
  enum Variation {
    case keys([UInt64])
    case constants([Storage])
    case fills([Double])
  }

  /// How many graphs there are.
  package let count: Int
  /// The operations that are not the same in all graphs.
  let variations: [ValueID: Variation]

  /// Finds the differences.
  ///
  /// - Throws: `TensorError` where the graphs differ in anything else.
  /// - Precondition: there is at least one graph.
  package init(between graphs: [OperationGraph]) throws {
    let first = graphs[0]
    count = graphs.count
    for (number, other) in graphs.enumerated().dropFirst() {
      guard other.operations.count == first.operations.count, other.parameters == first.parameters,
        other.parameterTypes == first.parameterTypes, other.outputs == first.outputs, other.donations == first.donations
      else { throw GraphDifferences.otherStructure(number) }
    }
    var variations: [ValueID: Variation] = [:]
    for id in first.operations.indices {
      let operation = first.operations[id]
      for (number, other) in graphs.enumerated().dropFirst() {
        let candidate = other.operations[id]
        guard candidate.inputs == operation.inputs, candidate.type == operation.type, candidate.primitive.kind == operation.primitive.kind
        else { throw GraphDifferences.otherStructure(number) }
      }
      variations[id] = try GraphDifferences.variation(graphs.map { $0.operations[id].primitive })
    }
    self.variations = variations
  }

  /// What primitives of one kind differ in; `nil` where they are the same.
  private static func variation(_ primitives: [Primitive]) throws -> Variation? {
    switch primitives[0] {
    case .input: return nil
    case .constant:
      let storages = primitives.compactMap { if case .constant(let storage) = $0 { storage } else { nil } }
      let bytes = storages[0].bytes
      return storages.allSatisfy { $0 === storages[0] || bytes.elementsEqual($0.bytes) } ? nil : .constants(storages)
    case .fill:
      let numbers = primitives.compactMap { if case .fill(let number) = $0 { number } else { nil } }
      return numbers.allSatisfy { $0.bitPattern == numbers[0].bitPattern } ? nil : .fills(numbers)
    case .randomBits:
      let keys = primitives.compactMap { if case .randomBits(let keys) = $0, keys.count == 1 { keys[0] } else { nil } }
      if Set(primitives).count == 1 { return nil }
      guard keys.count == primitives.count else { throw otherStructure(1) }
      return .keys(keys)
    default:
      if let number = primitives.firstIndex(where: { $0 != primitives[0] }) { throw otherStructure(number) }
      return nil
    }
  }

  private static func otherStructure(_ number: Int) -> TensorError {
    TensorError(
      "run \(number + 1) computes otherwise than run 1, not only with other random numbers and constants; runs of different compositions cannot be played at once"
    )
  }
}
