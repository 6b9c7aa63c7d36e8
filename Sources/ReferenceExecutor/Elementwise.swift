import Foundation
import Graph

// Elementwise functions of numbers.

extension UnaryOperation {
  func value(_ x: Double) -> Double {
    switch self {
    case .negate: -x
    case .absolute: abs(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .exponential: exp(x)
    case .logarithm: log(x)
    case .log1p: Foundation.log1p(x)
    case .expm1: Foundation.expm1(x)
    case .squareRoot: x.squareRoot()
    case .reciprocalSquareRoot: 1 / x.squareRoot()
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .sine: sin(x)
    case .cosine: cos(x)
    case .floor: x.rounded(.down)
    case .errorFunction: erf(x)
    case .softplus: max(x, 0) + Foundation.log1p(exp(-abs(x)))
    case .isFinite: x.isFinite ? 1 : 0
    case .logicalNot: 1 - x
    }
  }
}

extension BinaryOperation {
  /// The value for floats.
  func value(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .maximum: x > y || x.isNaN ? x : y
    case .minimum: x < y || x.isNaN ? x : y
    case .power: pow(x, y)
    case .remainder, .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRightLogical: .nan
    }
  }

  /// The value for int32, and for truth values as 0 and 1; what divides by 0 is 0.
  func value(_ x: Int32, _ y: Int32) -> Int32 {
    switch self {
    case .add: x &+ y
    case .subtract: x &- y
    case .multiply: x &* y
    case .divide: y == 0 ? 0 : x.dividedReportingOverflow(by: y).partialValue
    case .maximum: max(x, y)
    case .minimum: min(x, y)
    case .remainder: y == 0 ? 0 : x.remainderReportingOverflow(dividingBy: y).partialValue
    case .bitAnd: x & y
    case .bitOr: x | y
    case .bitXor: x ^ y
    case .shiftLeft: Int32(bitPattern: UInt32(bitPattern: x) << UInt32(bitPattern: y))
    case .shiftRightLogical: Int32(bitPattern: UInt32(bitPattern: x) >> UInt32(bitPattern: y))
    case .power: 0
    }
  }
}

extension ComparisonOperation {
  func holds(_ x: Double, _ y: Double) -> Bool {
    switch self {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .lessOrEqual: x <= y
    case .greater: x > y
    case .greaterOrEqual: x >= y
    }
  }
}
