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

  /// Finds the differences between the graphs that `trace` makes for the seeds' root keys.
  ///
  /// The first and the last are traced. Where those differ in nothing but keys that are derived of the root, so do the others, and only their keys
  /// are computed; where not, all are traced.
  ///
  /// - Returns: the first graph, and in what the others differ from it.
  /// - Throws: `TensorError` where they differ in more than keys and constants; what `trace` throws.
  /// - Precondition: there is at least one root.
  package static func traced(roots: [Key], _ trace: (_ run: Int) throws -> OperationGraph) throws -> (
    first: OperationGraph, differences: GraphDifferences
  ) {
    let (ends, derivations) = try KeyDerivations.watching { try Set([0, roots.count - 1]).sorted().map(trace) }
    let differences = try GraphDifferences(between: ends)
    if roots.count <= 2 { return (ends[0], differences) }
    if let all = differences.variations(derivedBy: derivations, roots) { return (ends[0], GraphDifferences(count: roots.count, all)) }
    let graphs = try [ends[0]] + (1..<(roots.count - 1)).map(trace) + [ends[1]]
    return (ends[0], try GraphDifferences(between: graphs))
  }

  private init(count: Int, _ variations: [ValueID: Variation]) { (self.count, self.variations) = (count, variations) }

  /// The keys of all runs, of the differences between the first and the last; `nil` where those are not explained by their roots.
  private func variations(derivedBy derivations: KeyDerivations, _ roots: [Key]) -> [ValueID: Variation]? {
    var result: [ValueID: Variation] = [:]
    for (id, variation) in variations {
      guard case .keys(let ends) = variation else { return nil }
      let keys = roots.map { derivations.key(ends[0], from: roots[0], to: $0) }
      guard keys.last == ends.last else { return nil }
      result[id] = .keys(keys)
    }
    return result
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
