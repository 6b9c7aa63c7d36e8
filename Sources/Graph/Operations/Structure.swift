// Operations that move elements without computing with them.

extension Tensor {
  /// The tensor repeated along dimensions of size 1, and along new leading ones, up to `shape`.
  public func broadcast(to target: Shape) -> Tensor {
    if target == shape { return self }
    guard rank <= target.rank, zip(shape.reversed(), target.reversed()).allSatisfy({ $0 == $1 || $0 == 1 }) else {
      return .invalid(failure ?? TensorError("shape \(shape) does not broadcast to \(target)"))
    }
    return broadcast(to: target, dimensions: Array((target.rank - rank)..<target.rank))
  }

  /// StableHLO's broadcast_in_dim: dimension `i` becomes dimension `dimensions[i]` of `target`; sizes are equal or 1.
  func broadcast(to target: Shape, dimensions: [Int]) -> Tensor {
    if target == shape, dimensions == Array(0..<rank) { return self }
    return Tensor.make(.broadcast(dimensions: dimensions), [self], shape: target, dtype: dtype)
  }

  /// The same elements in row-major order under another shape; one size may be −1 and is then inferred.
  public func reshaped(_ target: Shape) -> Tensor {
    if let failure { return .invalid(failure) }
    var target = target
    if let unknown = target.firstIndex(of: -1) {
      let known = Shape(target.dimensions.filter { $0 != -1 }).elementCount
      if known > 0, elementCount % known == 0 { target[unknown] = elementCount / known }
    }
    guard target.allSatisfy({ $0 >= 0 }), target.elementCount == elementCount else {
      return .invalid("reshaped: \(shape) has \(elementCount) elements, which do not fill \(target)")
    }
    return target == shape ? self : Tensor.make(.reshape, [self], shape: target, dtype: dtype)
  }

  /// Dimension `i` of the result is dimension `permutation[i]` of the tensor.
  public func transposed(_ permutation: [Int]) -> Tensor {
    guard permutation.sorted() == Array(0..<rank) else {
      return .invalid(failure ?? TensorError("transposed: \(permutation) is no permutation of the dimensions of \(shape)"))
    }
    if permutation == Array(0..<rank) { return self }
    return Tensor.make(
      .transpose(permutation: permutation), [self], shape: Shape(permutation.map { shape[$0] }), dtype: dtype)
  }

  /// The last two dimensions exchanged.
  public func transposed() -> Tensor {
    guard rank >= 2 else { return .invalid(failure ?? TensorError("transposed: \(shape) has fewer than two dimensions")) }
    return transposed(Array(0..<(rank - 2)) + [rank - 1, rank - 2])
  }

  /// Dimension `axis` at place `destination`, the others in their order.
  public func movingAxis(_ axis: Int, to destination: Int) -> Tensor {
    guard let axis = shape.normalized(axis: axis), let destination = shape.normalized(axis: destination) else {
      return .invalid(failure ?? TensorError("movingAxis: \(shape) has no axes \(axis) and \(destination)"))
    }
    var order = Array(0..<rank)
    order.insert(order.remove(at: axis), at: destination)
    return transposed(order)
  }

  /// Elements `range` (every `stride`-th) along `axis`.
  public func sliced(axis: Int, _ range: Range<Int>, stride: Int = 1) -> Tensor {
    guard let axis = shape.normalized(axis: axis), range.lowerBound >= 0, range.upperBound <= shape[axis], stride >= 1 else {
      return .invalid(failure ?? TensorError("sliced: \(range) with stride \(stride) does not fit axis \(axis) of \(shape)"))
    }
    var starts = [Int](repeating: 0, count: rank)
    var strides = [Int](repeating: 1, count: rank)
    var result = shape
    starts[axis] = range.lowerBound
    strides[axis] = stride
    result[axis] = (range.count + stride - 1) / stride
    return sliced(starts: starts, strides: strides, to: result)
  }

  func sliced(starts: [Int], strides: [Int], to result: Shape) -> Tensor {
    if result == shape { return self }
    return Tensor.make(.slice(starts: starts, strides: strides), [self], shape: result, dtype: dtype)
  }

  /// `value` added around the tensor: `low` before and `high` after each dimension, `interior` between elements. Sizes must not be negative.
  public func padded(low: [Int], high: [Int], interior: [Int]? = nil, value: Double = 0) -> Tensor {
    let interior = interior ?? Array(repeating: 0, count: rank)
    guard low.count == rank, high.count == rank, interior.count == rank, (low + high + interior).allSatisfy({ $0 >= 0 }) else {
      return .invalid(
        failure ?? TensorError("padded: \(low), \(high), \(interior) must hold one non-negative size per dimension of \(shape)"))
    }
    let result = shape.indices.map { axis in
      low[axis] + high[axis] + shape[axis] + Swift.max(0, shape[axis] - 1) * interior[axis]
    }
    if result == shape.dimensions { return self }
    return Tensor.make(.pad(low: low, interior: interior, value: value), [self], shape: Shape(result), dtype: dtype)
  }

  /// The order of elements along `axes` reversed.
  public func reversed(axes: [Int]) -> Tensor {
    let normalized = axes.compactMap { shape.normalized(axis: $0) }.sorted()
    guard normalized.count == axes.count, Set(normalized).count == axes.count else {
      return .invalid(failure ?? TensorError("reversed: \(shape) has no axes \(axes)"))
    }
    return axes.isEmpty ? self : Tensor.make(.reverse(axes: normalized), [self], shape: shape, dtype: dtype)
  }

  /// A dimension of size 1 inserted at `axis`.
  public func expandingDimension(at axis: Int) -> Tensor {
    let position = axis < 0 ? axis + rank + 1 : axis
    guard (0...rank).contains(position) else {
      return .invalid(failure ?? TensorError("expandingDimension: \(shape) has no place \(axis)"))
    }
    var dimensions = shape.dimensions
    dimensions.insert(1, at: position)
    return reshaped(Shape(dimensions))
  }

  /// The dimensions from `axis` on made one: `[64, 4, 4, 256]` flattened from 1 is `[64, 4096]`.
  public func flattened(from axis: Int = 0) -> Tensor {
    guard (0...rank).contains(axis) else { return .invalid(failure ?? TensorError("flattened: \(shape) has no axis \(axis)")) }
    return reshaped(Shape(shape.dimensions[..<axis] + [shape.dimensions[axis...].reduce(1, *)]))
  }

  /// The slices `indices[0]`, `indices[1]`, … along `axis`; `indices` is an int32 vector, clamped into range.
  public func gathered(_ indices: Tensor, axis: Int = 0) -> Tensor {
    guard let axis = shape.normalized(axis: axis), indices.dtype == .int32, indices.rank == 1 else {
      return .invalid(
        failure ?? indices.failure
          ?? TensorError(
            "gathered: needs an axis of \(shape) and an int32 vector of indices, not \(indices.dtype.rawValue) \(indices.shape)"))
    }
    guard shape[axis] > 0 || indices.shape[0] == 0 else {
      return .invalid(failure ?? indices.failure ?? TensorError("gathered: \(shape) has nothing along axis \(axis) to choose from"))
    }
    var result = shape
    result[axis] = indices.shape[0]
    return Tensor.make(.gather(axis: axis), [self, indices], shape: result, dtype: dtype)
  }

  /// The gradient of ``gathered(_:axis:)``: zeros of size `size` along `axis`, with this tensor's slices added at `indices`.
  func scatterAdded(_ indices: Tensor, axis: Int, size: Int) -> Tensor {
    var result = shape
    result[axis] = size
    return Tensor.make(.scatterAdd(axis: axis), [self, indices], shape: result, dtype: dtype)
  }
}

/// The tensors side by side along `axis`; all other sizes must be equal.
public func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  guard let first = tensors.first else { return .invalid("concatenated: there is nothing to concatenate") }
  if let failure = tensors.lazy.compactMap(\.failure).first { return .invalid(failure) }
  guard let axis = first.shape.normalized(axis: axis) else {
    return .invalid("concatenated: \(first.shape) has no axis \(axis)")
  }
  var result = first.shape
  result[axis] = 0
  for tensor in tensors {
    var expected = first.shape
    if tensor.rank == first.rank { expected[axis] = tensor.shape[axis] }
    guard tensor.shape == expected, tensor.dtype == first.dtype else {
      return .invalid(
        "concatenated: \(tensor.dtype.rawValue) \(tensor.shape) does not fit beside \(first.dtype.rawValue) \(first.shape) along axis \(axis)"
      )
    }
    result[axis] += tensor.shape[axis]
  }
  return tensors.count == 1 ? first : Tensor.make(.concatenate(axis: axis), tensors, shape: result, dtype: first.dtype)
}

/// The tensors, all of one shape, along a new dimension at `axis`.
public func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  concatenated(tensors.map { $0.expandingDimension(at: axis) }, axis: axis)
}
