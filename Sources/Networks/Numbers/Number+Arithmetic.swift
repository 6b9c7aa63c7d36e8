import Tensors

// Numbers in equations. Of constants this is arithmetic of `Double`, to the bit; with a schedule the result belongs to the round. A literal beside a tensor is
// a `Double`, as ever: these are second choices.
extension Number {
  public static func + (left: Number, right: Number) -> Number { combined(left, right, { $0 + $1 }, { $0 + $1 }) }
  public static func - (left: Number, right: Number) -> Number { combined(left, right, { $0 - $1 }, { $0 - $1 }) }
  public static func * (left: Number, right: Number) -> Number { combined(left, right, { $0 * $1 }, { $0 * $1 }) }
  public static func / (left: Number, right: Number) -> Number { combined(left, right, { $0 / $1 }, { $0 / $1 }) }

  public static prefix func - (number: Number) -> Number {
    number.constant.map { Number(-$0) } ?? Number(.computed(-number.tensor(.float64)))
  }

  private static func combined(
    _ left: Number, _ right: Number, _ ofConstants: (Double, Double) -> Double, _ ofTensors: (Tensor, Tensor) -> Tensor
  ) -> Number {
    if let left = left.constant, let right = right.constant { return Number(ofConstants(left, right)) }
    return Number(.computed(ofTensors(left.tensor(.float64), right.tensor(.float64))))
  }

  @_disfavoredOverload
  public static func + (left: Tensor, right: Number) -> Tensor { right.constant.map { left + $0 } ?? left + right.tensor(left.dtype) }
  @_disfavoredOverload
  public static func - (left: Tensor, right: Number) -> Tensor { right.constant.map { left - $0 } ?? left - right.tensor(left.dtype) }
  @_disfavoredOverload
  public static func * (left: Tensor, right: Number) -> Tensor { right.constant.map { left * $0 } ?? left * right.tensor(left.dtype) }
  @_disfavoredOverload
  public static func / (left: Tensor, right: Number) -> Tensor { right.constant.map { left / $0 } ?? left / right.tensor(left.dtype) }

  @_disfavoredOverload
  public static func + (left: Number, right: Tensor) -> Tensor { left.constant.map { $0 + right } ?? left.tensor(right.dtype) + right }
  @_disfavoredOverload
  public static func - (left: Number, right: Tensor) -> Tensor { left.constant.map { $0 - right } ?? left.tensor(right.dtype) - right }
  @_disfavoredOverload
  public static func * (left: Number, right: Tensor) -> Tensor { left.constant.map { $0 * right } ?? left.tensor(right.dtype) * right }
  @_disfavoredOverload
  public static func / (left: Number, right: Tensor) -> Tensor { left.constant.map { $0 / right } ?? left.tensor(right.dtype) / right }

  @_disfavoredOverload
  public static func * (left: Parameters, right: Number) -> Parameters { left.mapped { $1 * right } }
}

/// The natural logarithm of a number.
public func log(_ x: Number) -> Number { x.constant.map { Number(naturalLogarithm($0)) } ?? Number(.computed(log(x.tensor(.float64)))) }

/// The larger of two elements, as of two tensors.
@_disfavoredOverload
public func maximum(_ x: Tensor, _ y: Number) -> Tensor { y.constant.map { maximum(x, $0) } ?? maximum(x, y.tensor(x.dtype)) }
/// The smaller of two elements, as of two tensors.
@_disfavoredOverload
public func minimum(_ x: Tensor, _ y: Number) -> Tensor { y.constant.map { minimum(x, $0) } ?? minimum(x, y.tensor(x.dtype)) }
