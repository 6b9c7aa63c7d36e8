// Reductions along axes. Without axes they reduce everything to a scalar.

extension Tensor {
  private func reduced(_ operation: ReductionOperation, _ axes: [Int]?, keepingDimensions: Bool) -> Tensor {
    if let failure { return .invalid(failure) }
    let requested = axes ?? Array(0..<rank)
    let normalized = requested.compactMap { shape.normalized(axis: $0) }.sorted()
    guard normalized.count == requested.count, Set(normalized).count == requested.count else {
      return .invalid("\(operation.rawValue): \(shape) has no axes \(requested)")
    }
    guard operation == .sum || normalized.allSatisfy({ shape[$0] > 0 }) else {
      return .invalid("\(operation.rawValue): \(shape) has nothing along axes \(requested) to choose from")
    }
    guard dtype != .bool else { return .invalid("\(operation.rawValue) does not take bool operands; convert to int32 first") }
    guard !normalized.isEmpty else { return self }
    let kept = shape.indices.filter { !normalized.contains($0) }.map { shape[$0] }
    let result = Tensor.make(.reduce(operation, axes: normalized), [self], shape: Shape(kept), dtype: dtype)
    guard keepingDimensions else { return result }
    return result.reshaped(Shape(shape.indices.map { normalized.contains($0) ? 1 : shape[$0] }))
  }

  public func sum(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    reduced(.sum, axes, keepingDimensions: keepingDimensions)
  }

  /// The largest element along the axes; equal largest elements share the derivative evenly.
  public func maximum(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    reduced(.maximum, axes, keepingDimensions: keepingDimensions)
  }

  /// The smallest element along the axes; equal smallest elements share the derivative evenly.
  public func minimum(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    reduced(.minimum, axes, keepingDimensions: keepingDimensions)
  }

  public func mean(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    guard dtype.isFloatingPoint else {
      return .invalid(failure ?? TensorError("mean does not take \(dtype.rawValue) operands; convert to a float first"))
    }
    let count = (axes ?? Array(0..<rank)).compactMap { shape.normalized(axis: $0) }.map { shape[$0] }.reduce(1, *)
    return sum(axes: axes, keepingDimensions: keepingDimensions) * (1 / Double(Swift.max(count, 1)))
  }

  /// The biased variance, mean((x − mean x)²).
  public func variance(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    square(self - mean(axes: axes, keepingDimensions: true)).mean(axes: axes, keepingDimensions: keepingDimensions)
  }

  /// exp(x) / Σ exp(x) along `axis`, without overflow.
  public func softmax(axis: Int = -1) -> Tensor {
    let shifted = exp(self - maximum(axes: [axis], keepingDimensions: true).stoppingGradient)
    return shifted / shifted.sum(axes: [axis], keepingDimensions: true)
  }

  /// Whether all elements of a bool tensor hold; a bool scalar.
  public func all() -> Tensor {
    converted(to: .int32).minimum().isEqual(to: 1)
  }
}
