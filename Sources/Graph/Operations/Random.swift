// Random tensors are pure functions of a key and a step: Philox bits, and numbers made of them.

/// 32 random bits per element, as int32: element `e` is word `e % 4` of Philox with counter (e / 4, step) under `key`.
///
/// - Parameter step: an int32 scalar that moves the counter on, so that a compiled program draws anew in every round.
public func randomBits(_ shape: Shape, key: Key, step: Tensor? = nil) -> Tensor {
  if let step, step.failure == nil, step.dtype != .int32 || step.rank != 0 {
    return .invalid("randomBits: the step must be an int32 scalar, not \(step.dtype.rawValue) \(step.shape)")
  }
  return Tensor.make(.randomBits(keys: [key.value]), step.map { [$0] } ?? [], shape: shape, dtype: .int32)
}

/// Uniform numbers in `range` (float32, or converted to `dtype`): 24 random bits each.
public func randomUniform(
  _ shape: Shape, in range: Range<Double> = 0..<1, key: Key, step: Tensor? = nil, dtype: DType = .float32
) -> Tensor {
  let unit = (randomBits(shape, key: key, step: step).shiftedRightLogically(by: 8).converted(to: dtype)) * 0x1p-24
  return range == 0..<1 ? unit : unit * (range.upperBound - range.lowerBound) + range.lowerBound
}

/// Standard normal numbers by the method of Box and Muller (1958): √(−2 ln u₁) · cos(2π u₂).
public func randomNormal(_ shape: Shape, key: Key, step: Tensor? = nil, dtype: DType = .float32) -> Tensor {
  let radius = sqrt(-2 * log(1 - randomUniform(shape, key: key, step: step, dtype: dtype)))
  let angle = 2 * Double.pi * randomUniform(shape, key: key.derived("angle"), step: step, dtype: dtype)
  return radius * cos(angle)
}

/// 1 with the given probability, else 0, as `dtype`.
public func randomBernoulli(
  _ shape: Shape, probability: Double, key: Key, step: Tensor? = nil, dtype: DType = .float32
) -> Tensor {
  randomUniform(shape, key: key, step: step).isLess(than: probability).converted(to: dtype)
}
