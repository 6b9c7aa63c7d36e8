/// The closed set of operations that every expression is made of, with the semantics of their StableHLO namesakes.
///
/// Everything else is composed of these, so a gradient rule and an executor for each of them is all that differentiation of any order
/// and compilation need. Elementwise primitives take operands of one shape; broadcasting is a primitive of its own.
public enum Primitive: Hashable, Sendable {
  // Leaves.
  case constant(Storage)
  case input(UInt64)
  case fill(Double)
  case iota(axis: Int)
  /// The stream of a key. Several keys divide the leading axis, which has as many places: each fills its place with its stream from the beginning.
  case randomBits(keys: [UInt64])
  // Elementwise.
  case unary(UnaryOperation)
  case leakyReLU(slope: Double)
  case binary(BinaryOperation)
  case compare(ComparisonOperation)
  case select
  case convert
  case bitcastToFloat
  case stopGradient
  // Structure.
  case broadcast(dimensions: [Int])
  case reshape
  case transpose(permutation: [Int])
  case slice(starts: [Int], strides: [Int])
  case pad(low: [Int], interior: [Int], value: Double)
  case concatenate(axis: Int)
  case reverse(axes: [Int])
  // Reductions, indexing, products.
  case reduce(ReductionOperation, axes: [Int])
  case gather(axis: Int)
  case scatterAdd(axis: Int)
  case matmul
  case convolution(ConvolutionGeometry)
  case convolutionInputGradient(ConvolutionGeometry)
  case convolutionKernelGradient(ConvolutionGeometry)
}

/// Elementwise functions of one operand.
public enum UnaryOperation: String, CaseIterable, Sendable {
  case negate, absolute, sign, exponential, logarithm, log1p, expm1, squareRoot, reciprocalSquareRoot, tanh, sigmoid, sine, cosine, floor
  case errorFunction, softplus, isFinite, logicalNot
}

/// Elementwise functions of two operands.
public enum BinaryOperation: String, CaseIterable, Sendable {
  case add, subtract, multiply, divide, maximum, minimum, power, remainder
  case bitAnd, bitOr, bitXor, shiftLeft, shiftRightLogical
}

/// Elementwise comparisons; the result is bool. NaN compares false, but `notEqual` true.
public enum ComparisonOperation: String, CaseIterable, Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

/// Reductions along axes.
public enum ReductionOperation: String, CaseIterable, Sendable {
  case sum, maximum, minimum
}

/// Stride, padding and dilation of a two-dimensional convolution: NHWC images, HWIO kernels.
public struct ConvolutionGeometry: Hashable, Sendable {
  public var stride: [Int]  // [y, x]
  public var paddingLow: [Int]  // [top, left]
  public var paddingHigh: [Int]  // [bottom, right]
  public var dilation: [Int]

  /// A geometry with [y, x] steps, paddings and spacings.
  public init(stride: [Int], paddingLow: [Int], paddingHigh: [Int], dilation: [Int]) {
    (self.stride, self.paddingLow, self.paddingHigh, self.dilation) = (stride, paddingLow, paddingHigh, dilation)
  }

  /// ⌊(size + low + high − dilation·(kernel − 1) − 1) / stride⌋ + 1
  public func outputSize(_ size: Int, kernel: Int, axis: Int) -> Int {
    let reach = size + paddingLow[axis] + paddingHigh[axis] - dilation[axis] * (kernel - 1) - 1
    return reach < 0 ? 0 : reach / stride[axis] + 1
  }
}

/// One name for each kind of primitive: the rows that the table of gradient checks must have.
public enum PrimitiveKind: String, CaseIterable, Sendable {
  case constant, input, fill, iota, randomBits
  case negate, absolute, sign, exponential, logarithm, log1p, expm1, squareRoot, reciprocalSquareRoot, tanh, sigmoid, sine, cosine, floor
  case errorFunction, softplus, isFinite, logicalNot, leakyReLU
  case add, subtract, multiply, divide, maximum, minimum, power, remainder, bitAnd, bitOr, bitXor, shiftLeft, shiftRightLogical
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case select, convert, bitcastToFloat, stopGradient
  case broadcast, reshape, transpose, slice, pad, concatenate, reverse
  case reduceSum, reduceMaximum, reduceMinimum, gather, scatterAdd, matmul
  case convolution, convolutionInputGradient, convolutionKernelGradient
}

extension Primitive {
  /// The kind of this primitive. The switch is exhaustive, so a new primitive cannot be without a kind, nor a kind without a check.
  public var kind: PrimitiveKind {
    switch self {
    case .constant: .constant
    case .input: .input
    case .fill: .fill
    case .iota: .iota
    case .randomBits: .randomBits
    case .unary(let operation): operation.kind
    case .leakyReLU: .leakyReLU
    case .binary(let operation): operation.kind
    case .compare(let comparison): comparison.kind
    case .select: .select
    case .convert: .convert
    case .bitcastToFloat: .bitcastToFloat
    case .stopGradient: .stopGradient
    case .broadcast: .broadcast
    case .reshape: .reshape
    case .transpose: .transpose
    case .slice: .slice
    case .pad: .pad
    case .concatenate: .concatenate
    case .reverse: .reverse
    case .reduce(.sum, _): .reduceSum
    case .reduce(.maximum, _): .reduceMaximum
    case .reduce(.minimum, _): .reduceMinimum
    case .gather: .gather
    case .scatterAdd: .scatterAdd
    case .matmul: .matmul
    case .convolution: .convolution
    case .convolutionInputGradient: .convolutionInputGradient
    case .convolutionKernelGradient: .convolutionKernelGradient
    }
  }
}

extension UnaryOperation {
  var kind: PrimitiveKind {
    switch self {
    case .negate: .negate
    case .absolute: .absolute
    case .sign: .sign
    case .exponential: .exponential
    case .logarithm: .logarithm
    case .log1p: .log1p
    case .expm1: .expm1
    case .squareRoot: .squareRoot
    case .reciprocalSquareRoot: .reciprocalSquareRoot
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .sine: .sine
    case .cosine: .cosine
    case .floor: .floor
    case .errorFunction: .errorFunction
    case .softplus: .softplus
    case .isFinite: .isFinite
    case .logicalNot: .logicalNot
    }
  }
}

extension BinaryOperation {
  var kind: PrimitiveKind {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .maximum: .maximum
    case .minimum: .minimum
    case .power: .power
    case .remainder: .remainder
    case .bitAnd: .bitAnd
    case .bitOr: .bitOr
    case .bitXor: .bitXor
    case .shiftLeft: .shiftLeft
    case .shiftRightLogical: .shiftRightLogical
    }
  }
}

extension ComparisonOperation {
  var kind: PrimitiveKind {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    }
  }
}
