import Graph

// Functions of elements, and conversions of their type.
extension GraphLowering {
  mutating func unary(_ function: UnaryOperation, _ x: Value, _ dtype: DType, _ to: ValueType) -> Value {
    let name =
      switch function {
      case .negate: "negate"
      case .absolute: "abs"
      case .sign: "sign"
      case .exponential: "exponential"
      case .logarithm: "log"
      case .log1p: "log_plus_one"
      case .expm1: "exponential_minus_one"
      case .squareRoot: "sqrt"
      case .reciprocalSquareRoot: "rsqrt"
      case .tanh: "tanh"
      case .sigmoid: "logistic"
      case .sine: "sine"
      case .cosine: "cosine"
      case .floor: "floor"
      case .isFinite: "is_finite"
      case .logicalNot: "not"
      case .errorFunction, .softplus: ""
      }
    switch function {
    case .errorFunction: return text.apply("chlo.erf", [x], to: to)
    case .softplus:
      // max(x, 0) + log(1 + exp(-|x|)), which never overflows.
      let positive = text.apply("stablehlo.maximum", [x, text.splat(0, to, dtype)], to: to)
      let size = text.apply("stablehlo.abs", [x], to: to)
      let power = text.apply("stablehlo.exponential", [text.apply("stablehlo.negate", [size], to: to)], to: to)
      return text.apply("stablehlo.add", [positive, text.apply("stablehlo.log_plus_one", [power], to: to)], to: to)
    default: return text.apply("stablehlo." + name, [x], to: to)
    }
  }

  mutating func binary(_ function: BinaryOperation, _ operands: [Value], _ dtype: DType, _ to: ValueType) -> Value {
    let name =
      switch function {
      case .add: "add"
      case .subtract: "subtract"
      case .multiply: "multiply"
      case .divide: "divide"
      case .maximum: "maximum"
      case .minimum: "minimum"
      case .power: "power"
      case .remainder: "remainder"
      case .bitAnd: "and"
      case .bitOr: "or"
      case .bitXor: "xor"
      case .shiftLeft: "shift_left"
      case .shiftRightLogical: "shift_right_logical"
      }
    guard dtype == .int32, function == .divide || function == .remainder else {
      return text.apply("stablehlo." + name, operands, to: to)
    }
    // What divides by 0 is 0.
    let zero = text.splat("0", to)
    let isZero = text.compare(operands[1], "EQ", zero, "SIGNED")
    let divisor = text.select(isZero, text.splat("1", to), operands[1])
    return text.select(isZero, zero, text.apply("stablehlo." + name, [operands[0], divisor], to: to))
  }

  /// The type's own conversion. Where floats become integers, what is out of range is clamped before, and what is no number is 0: devices
  /// differ there.
  mutating func converted(_ x: Value, from source: DType, to target: DType, _ to: ValueType) -> Value {
    if source == target { return x }
    if target == .bool { return text.compare(x, "NE", text.splat(0, x.type, source), source.comparison) }
    guard target == .int32, source.isFloatingPoint else { return text.apply("stablehlo.convert", [x], to: to) }
    let isNumber = text.compare(x, "EQ", x, "FLOAT")
    let number = text.select(isNumber, x, text.splat(0, x.type, source))
    let highest = text.splat(Double(Int32.max), x.type, source)
    let isHigh = text.compare(number, "GE", highest, "FLOAT")
    let clamped = text.apply("stablehlo.maximum", [number, text.splat(Double(Int32.min), x.type, source)], to: x.type)
    let inRange = text.select(isHigh, text.splat(0, x.type, source), clamped)
    return text.select(isHigh, text.splat(String(Int32.max), to), text.apply("stablehlo.convert", [inRange], to: to))
  }
}
