// The type rule of each primitive: what its operands may be, and what its result then is.

extension Primitive {
  /// The type of the result for operands of the given types; `nil` where the primitive does not take them.
  ///
  /// - Parameter declared: the type that the result is meant to have. Primitives whose operands leave it open (a fill's, a reshape's) take
  ///   it from here.
  public func inferredType(of operands: [TensorType], declared: TensorType) -> TensorType? {
    guard declared.shape.failure == nil, hasCount(operands.count) else { return nil }
    let first = operands.first ?? declared
    let second = operands.dropFirst().first ?? first
    switch self {
    case .constant(let storage): return storage.byteCount == declared.byteCount ? declared : nil
    case .input, .fill: return declared
    case .iota(let axis): return declared.shape.indices.contains(axis) ? TensorType(declared.shape, .int32) : nil
    case .randomBits(let keys):
      guard keys.count == 1 || keys.count > 1 && declared.shape.first == keys.count else { return nil }
      return operands.allSatisfy { $0 == TensorType([], .int32) } ? TensorType(declared.shape, .int32) : nil
    case .unary(let operation):
      guard operation.accepts(first.dtype) else { return nil }
      return TensorType(first.shape, operation == .isFinite ? .bool : first.dtype)
    case .leakyReLU: return first.dtype.isFloatingPoint ? first : nil
    case .binary(let operation): return first == second && operation.accepts(first.dtype) ? first : nil
    case .compare: return first == second ? TensorType(first.shape, .bool) : nil
    case .select: return first == TensorType(second.shape, .bool) && second == operands[2] ? second : nil
    case .convert: return TensorType(first.shape, declared.dtype)
    case .bitcastToFloat: return first.dtype == .int32 ? TensorType(first.shape, .float32) : nil
    case .stopGradient: return first
    case .reduce(let operation, let axes): return reduced(first, operation, axes)
    case .gather(let axis), .scatterAdd(let axis): return indexed(first, second, axis, declared)
    case .matmul: return product(first, second)
    case .convolution(let geometry): return geometry.output(first, second)
    case .convolutionInputGradient(let geometry): return geometry.output(declared, second) == first ? declared : nil
    case .convolutionKernelGradient(let geometry): return geometry.output(first, declared) == second ? declared : nil
    case .broadcast, .reshape, .transpose, .slice, .pad, .concatenate, .reverse:
      return operands.allSatisfy { $0.dtype == first.dtype }
        ? moved(operands.map(\.shape), declared.shape).map { TensorType($0, first.dtype) } : nil
    }
  }

  private func hasCount(_ count: Int) -> Bool {
    switch self {
    case .constant, .input, .fill, .iota: count == 0
    case .randomBits: count <= 1
    case .concatenate: count >= 1
    case .select: count == 3
    case .binary, .compare, .gather, .scatterAdd, .matmul, .convolution, .convolutionInputGradient, .convolutionKernelGradient: count == 2
    default: count == 1
    }
  }

  /// The shape of a primitive that moves elements.
  private func moved(_ operands: [Shape], _ declared: Shape) -> Shape? {
    let source = operands[0]
    switch self {
    case .broadcast(let dimensions):
      let fits =
        dimensions.count == source.rank && dimensions == dimensions.sorted()
        && zip(source, dimensions).allSatisfy { declared.indices.contains($1) && ($0 == 1 || $0 == declared[$1]) }
      return fits ? declared : nil
    case .reshape: return source.elementCount == declared.elementCount ? declared : nil
    case .transpose(let permutation):
      return permutation.sorted() == Array(source.indices) ? Shape(permutation.map { source[$0] }) : nil
    case .slice(let starts, let strides):
      let ends = zip(zip(starts, strides), declared).map { $0.0 + max($1 - 1, 0) * $0.1 }
      let fits =
        declared.rank == source.rank && ends.count == source.rank
        && zip(zip(ends, source), declared).allSatisfy { $1 == 0 || $0.0 < $0.1 }
      return fits ? declared : nil
    case .pad(let low, let interior, _):
      let last = source.indices.map { low[$0] + source[$0] + max(source[$0] - 1, 0) * interior[$0] }
      return declared.rank == source.rank && zip(last, declared).allSatisfy { $0 <= $1 } ? declared : nil
    case .concatenate(let axis):
      guard source.indices.contains(axis) else { return nil }
      var result = source
      result[axis] = operands.reduce(0) { $0 + ($1.rank == source.rank ? $1[axis] : 0) }
      for operand in operands {
        var expected = source
        if operand.rank == source.rank { expected[axis] = operand[axis] }
        if operand != expected { return nil }
      }
      return result
    default: return source  // reverse
    }
  }

  private func reduced(_ operand: TensorType, _ operation: ReductionOperation, _ axes: [Int]) -> TensorType? {
    guard operand.dtype != .bool, axes == Set(axes).sorted(), axes.allSatisfy(operand.shape.indices.contains) else { return nil }
    return TensorType(Shape(operand.shape.indices.filter { !axes.contains($0) }.map { operand.shape[$0] }), operand.dtype)
  }

  /// Gathering makes the axis as long as the indices; adding scattered slices takes one slice for each index, and the axis is as declared.
  private func indexed(_ operand: TensorType, _ indices: TensorType, _ axis: Int, _ declared: TensorType) -> TensorType? {
    guard operand.shape.indices.contains(axis), indices.dtype == .int32, indices.shape.rank == 1 else { return nil }
    var result = operand
    if case .gather = self {
      result.shape[axis] = indices.shape[0]
    } else {
      guard operand.shape[axis] == indices.shape[0], declared.shape.rank == operand.shape.rank else { return nil }
      result.shape[axis] = declared.shape[axis]
    }
    return result
  }

  private func product(_ a: TensorType, _ b: TensorType) -> TensorType? {
    guard a.dtype == b.dtype, a.dtype.isFloatingPoint, a.shape.rank >= 2, b.shape.rank == a.shape.rank, a.shape[-1] == b.shape[-2],
      a.shape.dropLast(2) == b.shape.dropLast(2)
    else { return nil }
    return TensorType(Shape(a.shape.dropLast() + [b.shape[-1]]), a.dtype)
  }
}

extension ConvolutionGeometry {
  /// The type of the convolution of images [n, h, w, c] with a kernel [kh, kw, c, o].
  fileprivate func output(_ images: TensorType, _ kernel: TensorType) -> TensorType? {
    guard images.dtype == kernel.dtype, images.dtype.isFloatingPoint, images.shape.rank == 4, kernel.shape.rank == 4,
      images.shape[3] == kernel.shape[2]
    else { return nil }
    let sizes = [0, 1].map { outputSize(images.shape[$0 + 1], kernel: kernel.shape[$0], axis: $0) }
    return TensorType([images.shape[0], sizes[0], sizes[1], kernel.shape[3]], images.dtype)
  }
}

extension OperationGraph {
  /// The first operation whose operands come after it, or whose type is not what its primitive makes of theirs.
  public func firstIllTyped() -> ValueID? {
    operations.indices.first { id in
      let operation = operations[id]
      guard operation.inputs.allSatisfy({ (0..<id).contains($0) }) else { return true }
      return operation.primitive.inferredType(of: operation.inputs.map { operations[$0].type }, declared: operation.type) != operation.type
    }
  }
}
