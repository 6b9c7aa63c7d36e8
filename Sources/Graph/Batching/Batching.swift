/// The batching transform: of the graph of one run, the graph of several runs at once.
///
/// A value that differs between the runs gets a leading axis with a place for each of them; what depends on none stays as it is. The rules, one
/// for each primitive, are written in primitives, so that executors need nothing new. A run's random bits and all that only moves numbers are the
/// same bits as in the run alone; sums may be added up in another order.
package struct Batching {
  typealias Operation = OperationGraph.Operation

  /// A value of one run's graph in the graph of all runs.
  struct Value {
    var id: ValueID
    /// Whether it has the leading axis.
    var isBatched: Bool
  }

  /// How many runs there are.
  let count: Int
  var simplifier = Simplifier()

  /// The graph of all runs.
  ///
  /// Every output has the leading axis.
  ///
  /// - Parameters:
  ///   - graph: the graph of the first run.
  ///   - differences: what the other runs have in place of its keys and constants.
  ///   - batched: the parameters that differ between runs, by their places.
  /// - Throws: `TensorError` where a tensor gets more dimensions than tensors may have, or an output is donated to a parameter that is the
  ///   same in all runs; `MemoryError` where there is no room for the constants.
  package static func batched(_ graph: OperationGraph, differences: GraphDifferences, parameters batched: Set<Int>) throws -> OperationGraph
  {
    for (output, parameter) in graph.donations.sorted(by: { $0.key < $1.key }) where !batched.contains(parameter) {
      throw TensorError(
        "output \(output) has one value for each run and cannot be donated to parameter \(parameter), which has one for all")
    }
    var batching = Batching(count: differences.count)
    let inputs = Set(batched.compactMap { graph.parameters[$0] })
    var values: [Value] = []
    values.reserveCapacity(graph.operations.count)
    for (id, operation) in graph.operations.enumerated() {
      if inputs.contains(id) {
        values.append(batching.value(operation.primitive, [], operation.shape, operation.dtype))
      } else if let variation = differences.variations[id] {
        values.append(try batching.leaf(operation, variation, operation.inputs.map { values[$0] }))
      } else {
        let operands = operation.inputs.map { values[$0] }
        values.append(
          operands.contains(where: \.isBatched) ? batching.batched(operation, operands) : batching.unbatched(operation, operands))
      }
    }
    let outputs = graph.outputs.map { batching.lifted(values[$0]) }
    if let excess = batching.simplifier.builder.operations.lazy.compactMap(\.shape.failure).first {
      throw TensorError("\(differences.count) runs at once: \(excess); play fewer at a time, or one by one")
    }
    return batching.simplifier.builder.graph(
      outputs: outputs, parameters: graph.parameters.map { $0.map { values[$0].id } },
      parameterTypes: graph.parameterTypes.enumerated().map { place, type in
        batched.contains(place) ? TensorType(batching.raised(type.shape), type.dtype) : type
      }, donations: graph.donations)
  }

  private init(count: Int) { self.count = count }

  // MARK: Leaves

  private mutating func unbatched(_ operation: Operation, _ operands: [Value]) -> Value {
    Value(id: add(operation.primitive, operands.map(\.id), operation.shape, operation.dtype), isBatched: false)
  }

  /// A leaf that is another in each run.
  private mutating func leaf(_ operation: Operation, _ variation: GraphDifferences.Variation, _ operands: [Value]) throws -> Value {
    switch variation {
    case .keys(let keys): return randomBits(keys, operation, operands)
    case .constants(let storages):
      let size = operation.type.byteCount
      let all = try Storage(byteCount: count * size) { bytes in
        for (place, storage) in storages.enumerated() {
          UnsafeMutableRawBufferPointer(rebasing: bytes[(place * size)...]).copyMemory(from: storage.bytes)
        }
      }
      return value(.constant(all), [], operation.shape, operation.dtype)
    case .fills(let numbers):
      let all = try Storage(byteCount: count * operation.dtype.byteCount) { operation.dtype.store(numbers, in: $0) }
      let vector = add(.constant(all), [], [count], operation.dtype)
      return value(.broadcast(dimensions: [0]), [vector], operation.shape, operation.dtype)
    }
  }

  /// Each run's bits, from its own key and its own step.
  mutating func randomBits(_ keys: [UInt64], _ operation: Operation, _ operands: [Value]) -> Value {
    if operands.contains(where: \.isBatched) {
      return unrolled(operation, operands) { .randomBits(keys: [keys[$0]]) }
    }
    return value(.randomBits(keys: keys), operands.map(\.id), operation.shape, operation.dtype)
  }

  // MARK: Parts of rules

  mutating func add(_ primitive: Primitive, _ inputs: [ValueID], _ shape: Shape, _ dtype: DType) -> ValueID {
    simplifier.simplified(Operation(primitive: primitive, inputs: inputs, shape: shape, dtype: dtype))
  }

  /// A value with the leading axis before `shape`.
  mutating func value(_ primitive: Primitive, _ inputs: [ValueID], _ shape: Shape, _ dtype: DType) -> Value {
    Value(id: add(primitive, inputs, raised(shape), dtype), isBatched: true)
  }

  /// The shape with the leading axis before it.
  func raised(_ shape: Shape) -> Shape { Shape([count] + shape.dimensions) }

  func shape(_ id: ValueID) -> Shape { simplifier.builder.operations[id].shape }

  func dtype(_ id: ValueID) -> DType { simplifier.builder.operations[id].dtype }

  mutating func reshaped(_ id: ValueID, _ shape: Shape) -> ValueID { add(.reshape, [id], shape, dtype(id)) }

  mutating func transposed(_ id: ValueID, _ permutation: [Int]) -> ValueID {
    let source = shape(id)
    return add(.transpose(permutation: permutation), [id], Shape(permutation.map { source[$0] }), dtype(id))
  }

  /// The value with the leading axis; one that is the same in all runs is repeated.
  mutating func lifted(_ value: Value) -> ValueID {
    if value.isBatched { return value.id }
    let shape = shape(value.id)
    return add(.broadcast(dimensions: shape.indices.map { $0 + 1 }), [value.id], raised(shape), dtype(value.id))
  }

  /// The leading axis moved into `axis` of one run's shape: the runs stand side by side along it.
  mutating func folded(_ id: ValueID, into axis: Int) -> ValueID {
    let source = shape(id)
    var sizes = Array(source.dropFirst())
    sizes[axis] *= count
    return reshaped(transposed(id, Array(1..<(axis + 1)) + [0] + Array((axis + 1)..<source.rank)), Shape(sizes))
  }

  /// The inverse of ``folded(_:into:)``, for a result whose shape is `shape` in one run.
  mutating func unfolded(_ id: ValueID, from axis: Int, _ shape: Shape) -> Value {
    var sizes = shape.dimensions
    sizes.insert(count, at: axis)
    let apart = reshaped(id, Shape(sizes))
    return Value(id: transposed(apart, [axis] + Array(0..<axis) + Array((axis + 1)..<sizes.count)), isBatched: true)
  }

  /// One operation for each run, and their results one behind the other.
  mutating func unrolled(_ operation: Operation, _ operands: [Value], _ primitive: (Int) -> Primitive) -> Value {
    let parts = (0..<count).map { run in
      let inputs = operands.map { part(run, of: $0) }
      return reshaped(add(primitive(run), inputs, operation.shape, operation.dtype), Shape([1] + operation.shape.dimensions))
    }
    return parts.count == 1 ? Value(id: parts[0], isBatched: true) : value(.concatenate(axis: 0), parts, operation.shape, operation.dtype)
  }

  private mutating func part(_ run: Int, of value: Value) -> ValueID {
    guard value.isBatched else { return value.id }
    let rest = Array(shape(value.id).dropFirst())
    let slice = add(
      .slice(starts: [run] + rest.map { _ in 0 }, strides: Array(repeating: 1, count: rest.count + 1)), [value.id], Shape([1] + rest),
      dtype(value.id))
    return reshaped(slice, Shape(rest))
  }
}
