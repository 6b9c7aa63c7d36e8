// Elementwise arithmetic. Operands broadcast as in NumPy; types must be equal; numbers take the tensor's type.

extension Tensor {
  static func binary(_ operation: BinaryOperation, _ left: Tensor, _ right: Tensor) -> Tensor {
    elementwise(.binary(operation), operation.rawValue, left, right) { $0 }
  }

  static func compare(_ comparison: ComparisonOperation, _ left: Tensor, _ right: Tensor) -> Tensor {
    elementwise(.compare(comparison), comparison.rawValue, left, right) { _ in .bool }
  }

  private static func elementwise(
    _ primitive: Primitive, _ name: String, _ left: Tensor, _ right: Tensor, _ result: (DType) -> DType
  ) -> Tensor {
    if let failure = left.failure ?? right.failure { return invalid(failure) }
    guard left.dtype == right.dtype else {
      return invalid(
        "\(name): operands are \(left.dtype.rawValue) and \(right.dtype.rawValue); convert one with converted(to:)")
    }
    if case .binary(let operation) = primitive, !operation.accepts(left.dtype) {
      return invalid("\(name) does not take \(left.dtype.rawValue) operands")
    }
    guard let shape = broadcastShape(left.shape, right.shape) else {
      return invalid(
        "\(name): shapes \(left.shape) and \(right.shape) do not broadcast: from the last dimension backwards, sizes must be equal or 1")
    }
    return make(
      primitive, [left.broadcast(to: shape), right.broadcast(to: shape)], shape: shape, dtype: result(left.dtype))
  }

  static func unary(_ operation: UnaryOperation, _ x: Tensor) -> Tensor {
    guard operation.accepts(x.dtype) else {
      return invalid(x.failure ?? TensorError("\(operation.rawValue) does not take \(x.dtype.rawValue) operands"))
    }
    return make(.unary(operation), [x], shape: x.shape, dtype: operation == .isFinite ? .bool : x.dtype)
  }

  /// A constant of this tensor's type and shape.
  func filled(_ value: Double) -> Tensor {
    Tensor(value, shape: shape, dtype: dtype)
  }

  public static func + (left: Tensor, right: Tensor) -> Tensor { binary(.add, left, right) }
  public static func - (left: Tensor, right: Tensor) -> Tensor { binary(.subtract, left, right) }
  public static func * (left: Tensor, right: Tensor) -> Tensor { binary(.multiply, left, right) }
  public static func / (left: Tensor, right: Tensor) -> Tensor { binary(.divide, left, right) }

  public static func + (left: Tensor, right: Double) -> Tensor { binary(.add, left, left.filled(right)) }
  public static func - (left: Tensor, right: Double) -> Tensor { binary(.subtract, left, left.filled(right)) }
  public static func * (left: Tensor, right: Double) -> Tensor { binary(.multiply, left, left.filled(right)) }
  public static func / (left: Tensor, right: Double) -> Tensor { binary(.divide, left, left.filled(right)) }

  public static func + (left: Double, right: Tensor) -> Tensor { binary(.add, right.filled(left), right) }
  public static func - (left: Double, right: Tensor) -> Tensor { binary(.subtract, right.filled(left), right) }
  public static func * (left: Double, right: Tensor) -> Tensor { binary(.multiply, right.filled(left), right) }
  public static func / (left: Double, right: Tensor) -> Tensor { binary(.divide, right.filled(left), right) }

  public static prefix func - (operand: Tensor) -> Tensor { unary(.negate, operand) }

  public static func += (left: inout Tensor, right: Tensor) { left = left + right }
  public static func -= (left: inout Tensor, right: Tensor) { left = left - right }

  /// Elementwise comparison; the result is bool.
  public func isEqual(to other: Tensor) -> Tensor { Tensor.compare(.equal, self, other) }
  public func isEqual(to other: Double) -> Tensor { Tensor.compare(.equal, self, filled(other)) }
  public func isNotEqual(to other: Tensor) -> Tensor { Tensor.compare(.notEqual, self, other) }
  public func isLess(than other: Tensor) -> Tensor { Tensor.compare(.less, self, other) }
  public func isLess(than other: Double) -> Tensor { Tensor.compare(.less, self, filled(other)) }
  public func isLessOrEqual(to other: Tensor) -> Tensor { Tensor.compare(.lessOrEqual, self, other) }
  public func isGreater(than other: Tensor) -> Tensor { Tensor.compare(.greater, self, other) }
  public func isGreater(than other: Double) -> Tensor { Tensor.compare(.greater, self, filled(other)) }
  public func isGreaterOrEqual(to other: Tensor) -> Tensor { Tensor.compare(.greaterOrEqual, self, other) }

  /// Whether each element is neither infinite nor NaN.
  public var isFinite: Tensor { Tensor.unary(.isFinite, self) }

  /// The elements in another type. Floats to int32 truncate toward zero; to bool: not equal to zero.
  public func converted(to dtype: DType) -> Tensor {
    dtype == self.dtype ? self : Tensor.make(.convert, [self], shape: shape, dtype: dtype)
  }

  /// The same values, but a constant for every derivative.
  public var stoppingGradient: Tensor {
    Tensor.make(.stopGradient, [self], shape: shape, dtype: dtype)
  }
}

extension UnaryOperation {
  func accepts(_ dtype: DType) -> Bool {
    switch self {
    case .negate, .absolute, .sign: dtype != .bool
    case .logicalNot: dtype == .bool
    default: dtype.isFloatingPoint
    }
  }
}

extension BinaryOperation {
  func accepts(_ dtype: DType) -> Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .maximum, .minimum: dtype != .bool
    case .power: dtype.isFloatingPoint
    case .remainder, .shiftLeft, .shiftRightLogical: dtype == .int32
    case .bitAnd, .bitOr, .bitXor: dtype == .int32 || dtype == .bool
    }
  }
}

/// The shape that both shapes broadcast to, or `nil`.
func broadcastShape(_ left: Shape, _ right: Shape) -> Shape? {
  if left == right { return left }
  var result: [Int] = []
  for offset in 1...Swift.max(left.rank, right.rank) {
    let a = offset <= left.rank ? left[-offset] : 1
    let b = offset <= right.rank ? right[-offset] : 1
    guard a == b || a == 1 || b == 1 else { return nil }
    result.append(a == 1 ? b : a)
  }
  return Shape(result.reversed())
}
