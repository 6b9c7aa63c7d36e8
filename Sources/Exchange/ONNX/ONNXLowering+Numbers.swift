import Graph

// Operations that compute. ONNX has most of them under names of its own; images are NCHW there and kernels OIHW.
extension ONNXLowering {
  mutating func lower(_ unary: UnaryOperation, _ x: String, _ dtype: DType) throws -> String {
    switch unary {
    case .negate: return add("Neg", [x])
    case .absolute: return add("Abs", [x])
    case .sign: return add("Sign", [x])
    case .exponential: return add("Exp", [x])
    case .logarithm: return add("Log", [x])
    case .log1p: return add("Log", [add("Add", [x, scalar(1, dtype)])])
    case .expm1: return add("Sub", [add("Exp", [x]), scalar(1, dtype)])
    case .squareRoot: return add("Sqrt", [x])
    case .reciprocalSquareRoot: return add("Reciprocal", [add("Sqrt", [x])])
    case .tanh: return add("Tanh", [x])
    case .sigmoid: return add("Sigmoid", [x])
    case .sine: return add("Sin", [x])
    case .cosine: return add("Cos", [x])
    case .floor: return add("Floor", [x])
    case .errorFunction: return add("Erf", [x])
    case .softplus: return add("Softplus", [x])
    case .isFinite: return add("Not", [add("Or", [add("IsNaN", [x]), add("IsInf", [x])])])
    case .logicalNot: return add("Not", [x])
    }
  }

  mutating func lower(_ binary: BinaryOperation, _ operands: [String], _ dtype: DType) throws -> String {
    let isBoolean = dtype == .bool
    let name: String? =
      switch binary {
      case .add: isBoolean ? nil : "Add"
      case .subtract: isBoolean ? nil : "Sub"
      case .multiply: isBoolean ? nil : "Mul"
      case .divide: isBoolean ? nil : "Div"
      case .maximum: isBoolean ? nil : "Max"
      case .minimum: isBoolean ? nil : "Min"
      case .power: isBoolean ? nil : "Pow"
      case .remainder: nil
      case .bitAnd: isBoolean ? "And" : "BitwiseAnd"
      case .bitOr: isBoolean ? "Or" : "BitwiseOr"
      case .bitXor: isBoolean ? "Xor" : "BitwiseXor"
      case .shiftLeft, .shiftRightLogical: nil
      }
    if binary == .remainder, !isBoolean { return add("Mod", operands, [("fmod", .integer(1))]) }
    guard let name else {
      throw ExchangeError(
        "the network uses '\(binary.rawValue)' of \(dtype.rawValue), which ONNX does not have; compose its layer of other operations")
    }
    return add(name, operands)
  }

  mutating func lower(_ comparison: ComparisonOperation, _ operands: [String]) -> String {
    switch comparison {
    case .equal: add("Equal", operands)
    case .notEqual: add("Not", [add("Equal", operands)])
    case .less: add("Less", operands)
    case .lessOrEqual: add("LessOrEqual", operands)
    case .greater: add("Greater", operands)
    case .greaterOrEqual: add("GreaterOrEqual", operands)
    }
  }

  private static let channelsFirst: [(String, ONNXModel.Attribute)] = [("perm", .integers([0, 3, 1, 2]))]
  private static let channelsLast: [(String, ONNXModel.Attribute)] = [("perm", .integers([0, 2, 3, 1]))]
  private static let kernelFirst: [(String, ONNXModel.Attribute)] = [("perm", .integers([3, 2, 0, 1]))]

  private func attributes(_ geometry: ConvolutionGeometry) -> [(String, ONNXModel.Attribute)] {
    [
      ("strides", .integers(geometry.stride)), ("pads", .integers(geometry.paddingLow + geometry.paddingHigh)),
      ("dilations", .integers(geometry.dilation)),
    ]
  }

  mutating func convolution(_ geometry: ConvolutionGeometry, _ images: String, _ kernel: String) -> String {
    let y = add(
      "Conv", [add("Transpose", [images], Self.channelsFirst), add("Transpose", [kernel], Self.kernelFirst)], attributes(geometry))
    return add("Transpose", [y], Self.channelsLast)
  }

  /// The gradient of a convolution by its images, which ONNX makes (h − 1) · stride + (kernel − 1) · dilation + 1 − padding + more rows of,
  /// where the last number makes up for rows that the convolution passed over.
  mutating func transposedConvolution(
    _ geometry: ConvolutionGeometry, _ operation: Operation, _ gradient: String, _ kernel: String, from rows: [Int], taps: [Int]
  ) -> String {
    let more = [0, 1].map { axis in
      let reach = (rows[axis] - 1) * geometry.stride[axis] + (taps[axis] - 1) * geometry.dilation[axis] + 1
      return operation.shape[axis + 1] - (reach - geometry.paddingLow[axis] - geometry.paddingHigh[axis])
    }
    let x = add(
      "ConvTranspose", [add("Transpose", [gradient], Self.channelsFirst), add("Transpose", [kernel], Self.kernelFirst)],
      attributes(geometry) + [("output_padding", .integers(more))])
    return add("Transpose", [x], Self.channelsLast)
  }
}
