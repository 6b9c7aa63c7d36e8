// Elementwise functions, as free functions that read like the equations they appear in.

public func exp(_ x: Tensor) -> Tensor { Tensor.unary(.exponential, x) }
/// The natural logarithm.
public func log(_ x: Tensor) -> Tensor { Tensor.unary(.logarithm, x) }
/// log(1 + x), exact for small x.
public func log1p(_ x: Tensor) -> Tensor { Tensor.unary(.log1p, x) }
/// exp(x) − 1, exact for small x.
public func expm1(_ x: Tensor) -> Tensor { Tensor.unary(.expm1, x) }
public func sqrt(_ x: Tensor) -> Tensor { Tensor.unary(.squareRoot, x) }
/// 1 / √x
public func reciprocalSquareRoot(_ x: Tensor) -> Tensor { Tensor.unary(.reciprocalSquareRoot, x) }
public func tanh(_ x: Tensor) -> Tensor { Tensor.unary(.tanh, x) }
/// 1 / (1 + exp(−x))
public func sigmoid(_ x: Tensor) -> Tensor { Tensor.unary(.sigmoid, x) }
public func sin(_ x: Tensor) -> Tensor { Tensor.unary(.sine, x) }
public func cos(_ x: Tensor) -> Tensor { Tensor.unary(.cosine, x) }
/// The largest integer not above x; its derivative is zero.
public func floor(_ x: Tensor) -> Tensor { Tensor.unary(.floor, x) }
/// The error function, 2/√π ∫₀ˣ exp(−t²) dt.
public func erf(_ x: Tensor) -> Tensor { Tensor.unary(.errorFunction, x) }
/// log(1 + exp(x)), without overflow.
public func softplus(_ x: Tensor) -> Tensor { Tensor.unary(.softplus, x) }
/// The absolute value; its derivative at 0 is 0.
public func abs(_ x: Tensor) -> Tensor { Tensor.unary(.absolute, x) }
/// −1, 0 or 1; its derivative is zero.
public func sign(_ x: Tensor) -> Tensor { Tensor.unary(.sign, x) }
public func square(_ x: Tensor) -> Tensor { x * x }

/// max(x, 0); its derivative at 0 is 0.
public func relu(_ x: Tensor) -> Tensor { leakyReLU(x, slope: 0) }

/// x where x is positive, slope · x elsewhere; its derivative at 0 is `slope`.
public func leakyReLU(_ x: Tensor, slope: Double) -> Tensor {
  guard x.dtype.isFloatingPoint || x.failure != nil else {
    return .invalid("leakyReLU does not take \(x.dtype.rawValue) operands")
  }
  guard slope >= 0 else { return .invalid("leakyReLU: the slope is \(slope), but must not be negative") }
  return Tensor.make(.leakyReLU(slope: slope), [x], shape: x.shape, dtype: x.dtype)
}

/// x^y elementwise, for x ≥ 0 (or an integral constant y).
public func pow(_ x: Tensor, _ y: Tensor) -> Tensor { Tensor.binary(.power, x, y) }
public func pow(_ x: Tensor, _ y: Double) -> Tensor { Tensor.binary(.power, x, x.filled(y).stoppingGradient) }

/// The larger of two elements; where they are equal the first one takes the derivative. NaN wins.
public func maximum(_ x: Tensor, _ y: Tensor) -> Tensor { Tensor.binary(.maximum, x, y) }
public func maximum(_ x: Tensor, _ y: Double) -> Tensor { Tensor.binary(.maximum, x, x.filled(y)) }
/// The smaller of two elements; where they are equal the first one takes the derivative. NaN wins.
public func minimum(_ x: Tensor, _ y: Tensor) -> Tensor { Tensor.binary(.minimum, x, y) }
public func minimum(_ x: Tensor, _ y: Double) -> Tensor { Tensor.binary(.minimum, x, x.filled(y)) }

/// `x` limited to `range`; the derivative is 1 inside and on the bounds, 0 outside.
public func clamp(_ x: Tensor, to range: ClosedRange<Double>) -> Tensor {
  minimum(maximum(x, range.lowerBound), range.upperBound)
}

/// `x` where `condition` holds, `y` elsewhere. All three broadcast.
public func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
  if let failure = condition.failure ?? x.failure ?? y.failure { return .invalid(failure) }
  guard condition.dtype == .bool, x.dtype == y.dtype else {
    return .invalid(
      "select: needs a bool condition and two operands of one type, not \(condition.dtype.rawValue), \(x.dtype.rawValue) and \(y.dtype.rawValue)"
    )
  }
  guard let pair = broadcastShape(x.shape, y.shape), let shape = broadcastShape(condition.shape, pair) else {
    return .invalid("select: shapes \(condition.shape), \(x.shape) and \(y.shape) do not broadcast")
  }
  return Tensor.make(
    .select, [condition.broadcast(to: shape), x.broadcast(to: shape), y.broadcast(to: shape)], shape: shape, dtype: x.dtype)
}

extension Tensor {
  /// Logical not of a bool tensor.
  public static prefix func ! (operand: Tensor) -> Tensor { unary(.logicalNot, operand) }
  /// The remainder of int32 division, with the sign of the dividend.
  public static func % (left: Tensor, right: Tensor) -> Tensor { binary(.remainder, left, right) }
  /// Bitwise (int32) or logical (bool) and, or, exclusive or.
  public static func & (left: Tensor, right: Tensor) -> Tensor { binary(.bitAnd, left, right) }
  public static func | (left: Tensor, right: Tensor) -> Tensor { binary(.bitOr, left, right) }
  public static func ^ (left: Tensor, right: Tensor) -> Tensor { binary(.bitXor, left, right) }
  /// int32 shifts; the right shift fills with zeros.
  public func shiftedLeft(by count: Int) -> Tensor { Tensor.binary(.shiftLeft, self, filled(Double(count))) }
  public func shiftedRightLogically(by count: Int) -> Tensor { Tensor.binary(.shiftRightLogical, self, filled(Double(count))) }
}
