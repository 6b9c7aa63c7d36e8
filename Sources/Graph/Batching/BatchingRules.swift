// The batching rule of each primitive: its operation for one run, some of whose operands have the leading axis, as one for all runs.

extension Batching {
  mutating func batched(_ operation: Operation, _ operands: [Value]) -> Value {
    let (shape, dtype) = (operation.shape, operation.dtype)
    switch operation.primitive {
    case .constant, .input, .fill, .iota:
      preconditionFailure("\(operation.primitive.kind.rawValue) has no operands")
    case .randomBits(let keys):
      return keys.count == 1
        ? randomBits(Array(repeating: keys[0], count: count), operation, operands)
        : unrolled(operation, operands) { _ in operation.primitive }
    case .unary, .leakyReLU, .binary, .compare, .select, .convert, .bitcastToFloat, .stopGradient, .reshape:
      return value(operation.primitive, operands.map { lifted($0) }, shape, dtype)
    case .broadcast(let dimensions):
      return value(.broadcast(dimensions: [0] + dimensions.map { $0 + 1 }), operands.map(\.id), shape, dtype)
    case .transpose(let permutation):
      return value(.transpose(permutation: [0] + permutation.map { $0 + 1 }), operands.map(\.id), shape, dtype)
    case .slice(let starts, let strides):
      return value(.slice(starts: [0] + starts, strides: [1] + strides), operands.map(\.id), shape, dtype)
    case .pad(let low, let interior, let number):
      return value(.pad(low: [0] + low, interior: [0] + interior, value: number), operands.map(\.id), shape, dtype)
    case .concatenate(let axis):
      return value(.concatenate(axis: axis + 1), operands.map { lifted($0) }, shape, dtype)
    case .reverse(let axes):
      return value(.reverse(axes: axes.map { $0 + 1 }), operands.map(\.id), shape, dtype)
    case .reduce(let reduction, let axes):
      return value(.reduce(reduction, axes: axes.map { $0 + 1 }), operands.map(\.id), shape, dtype)
    case .gather(let axis): return gathered(axis, operation, operands[0], operands[1])
    case .scatterAdd(let axis): return scatterAdded(axis, operation, operands[0], operands[1])
    case .matmul: return product(operation, operands[0], operands[1])
    // Images [n, h, w, c], kernel [kh, kw, c, o], output [n, h′, w′, o]: runs that share one side stand side by side along the other's free axis.
    case .convolution: return convolution(operation, operands, axes: (0, 3), results: (0, 3))
    case .convolutionInputGradient: return convolution(operation, operands, axes: (0, 2), results: (0, 3))
    case .convolutionKernelGradient: return convolution(operation, operands, axes: (3, 3), results: (2, 3))
    }
  }

  // MARK: Indexing

  private mutating func gathered(_ axis: Int, _ operation: Operation, _ source: Value, _ indices: Value) -> Value {
    guard indices.isBatched else { return value(.gather(axis: axis + 1), [source.id, indices.id], operation.shape, operation.dtype) }
    var sizes = operation.shape
    sizes[axis] *= count
    let (from, places): (ValueID, ValueID)
    if source.isBatched {
      let size = shape(source.id)[axis + 1]
      (from, places) = (folded(source.id, into: axis), shifted(indices.id, by: size))
    } else {
      (from, places) = (source.id, folded(indices.id, into: 0))
    }
    return unfolded(add(.gather(axis: axis), [from, places], sizes, operation.dtype), from: axis, operation.shape)
  }

  private mutating func scatterAdded(_ axis: Int, _ operation: Operation, _ source: Value, _ indices: Value) -> Value {
    guard indices.isBatched else { return value(.scatterAdd(axis: axis + 1), [source.id, indices.id], operation.shape, operation.dtype) }
    var sizes = operation.shape
    sizes[axis] *= count
    let from = folded(lifted(source), into: axis)
    let places = shifted(indices.id, by: operation.shape[axis])
    return unfolded(add(.scatterAdd(axis: axis), [from, places], sizes, operation.dtype), from: axis, operation.shape)
  }

  /// Indices [runs, n] into axes of `size` places each as one vector into those axes side by side. They are limited to their own axis first.
  private mutating func shifted(_ indices: ValueID, by size: Int) -> ValueID {
    let shape = shape(indices)
    func number(_ value: Int) -> ValueID { add(.fill(Double(value)), [], shape, .int32) }
    let limited = add(
      .binary(.minimum), [add(.binary(.maximum), [indices, number(0)], shape, .int32), number(size - 1)], shape, .int32)
    let starts = add(.binary(.multiply), [add(.iota(axis: 0), [], shape, .int32), number(size)], shape, .int32)
    return folded(add(.binary(.add), [limited, starts], shape, .int32), into: 0)
  }

  // MARK: Products

  private mutating func product(_ operation: Operation, _ left: Value, _ right: Value) -> Value {
    if !right.isBatched, operation.shape.rank == 2 {
      // One right side for all: the rows of all runs are one matrix.
      let rows = folded(left.id, into: 0)
      let all = add(.matmul, [rows, right.id], [shape(rows)[0], operation.shape[1]], operation.dtype)
      return unfolded(all, from: 0, operation.shape)
    }
    return value(.matmul, [lifted(left), lifted(right)], operation.shape, operation.dtype)
  }

  /// A convolution or one of its gradients.
  ///
  /// - Parameters:
  ///   - axes: of the first and of the second operand, the axis along which runs may stand side by side where the other operand is the same in all.
  ///   - results: the axis of the result along which they then do.
  private mutating func convolution(_ operation: Operation, _ operands: [Value], axes: (Int, Int), results: (Int, Int)) -> Value {
    let (first, second) = (operands[0], operands[1])
    if first.isBatched && second.isBatched { return unrolled(operation, operands) { _ in operation.primitive } }
    let axis = first.isBatched ? results.0 : results.1
    let inputs = first.isBatched ? [folded(first.id, into: axes.0), second.id] : [first.id, folded(second.id, into: axes.1)]
    var sizes = operation.shape
    sizes[axis] *= count
    return unfolded(add(operation.primitive, inputs, sizes, operation.dtype), from: axis, operation.shape)
  }
}
