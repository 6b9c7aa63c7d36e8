import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// A row of the table of gradient checks: a function that uses one primitive, and what to expect of it.
struct GradientRow: Sendable, CustomTestStringConvertible {
  enum Expectation: Sendable {
    /// Differentiable at the inputs: checked against finite differences.
    case smooth
    /// Constant for every derivative, with these values.
    case constant([Double])
  }

  var kind: PrimitiveKind
  /// The inputs' shapes, and the range their elements are drawn from.
  var inputs: [(Shape, ClosedRange<Double>)]
  var expectation: Expectation
  var function: @Sendable ([Tensor]) -> Tensor

  var testDescription: String { kind.rawValue + " \(inputs.map(\.0))" }

  init(
    smooth kind: PrimitiveKind, _ inputs: [(Shape, ClosedRange<Double>)], _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    (self.kind, self.inputs, self.expectation, self.function) = (kind, inputs, .smooth, function)
  }

  /// A function of the vector (−1.5, 0, 2.25).
  init(constant kind: PrimitiveKind, _ values: [Double], _ function: @escaping @Sendable (Tensor) -> Tensor) {
    (self.kind, self.inputs, self.expectation) = (kind, [([3], 0...0)], .constant(values))
    self.function = { function($0[0]) }
  }

  static let constantPoint = [-1.5, 0, 2.25]
}

private let around: ClosedRange<Double> = -1.5...1.5
private let positive: ClosedRange<Double> = 0.4...2.0
private let matrix: [(Shape, ClosedRange<Double>)] = [([3, 4], around)]
private let pair: [(Shape, ClosedRange<Double>)] = [([3, 4], around), ([3, 4], around)]

private func geometry(_ stride: (Int, Int), _ vertical: [Int], _ horizontal: [Int], _ dilation: (Int, Int))
  -> ConvolutionGeometry
{
  ConvolutionGeometry(
    stride: [stride.0, stride.1], paddingLow: [vertical[0], horizontal[0]], paddingHigh: [vertical[1], horizontal[1]],
    dilation: [dilation.0, dilation.1])
}

private let skewed = geometry((2, 3), [1, 0], [0, 2], (2, 1))  // [2, 7, 8, 2] by [3, 2, 2, 3] is [2, 2, 3, 3]

private func inputGradient(_ x: [Tensor]) -> Tensor {
  .make(.convolutionInputGradient(skewed), x, shape: [2, 7, 8, 2], dtype: x[0].dtype)
}

private func kernelGradient(_ x: [Tensor]) -> Tensor {
  .make(.convolutionKernelGradient(skewed), x, shape: [3, 2, 2, 3], dtype: x[0].dtype)
}

private func integers(_ x: Tensor) -> Tensor { x.converted(to: .int32) }  // (−1, 0, 2)

/// At least one row for every kind of primitive.
let gradientTable: [GradientRow] =
  leafRows + unaryRows + binaryRows + structureRows + productRows + constantRows

private let leafRows: [GradientRow] = [
  GradientRow(smooth: .input, matrix) { $0[0] },
  GradientRow(smooth: .constant, [([3], around)]) { $0[0] * Tensor(float64: [1, -2, 0.5]).converted(to: $0[0].dtype) },
  GradientRow(smooth: .fill, matrix) { $0[0] * 2.5 },
]

private let unaryRows: [GradientRow] = [
  GradientRow(smooth: .negate, matrix) { -$0[0] },
  GradientRow(smooth: .absolute, matrix) { abs($0[0]) },
  GradientRow(smooth: .exponential, matrix) { exp($0[0]) },
  GradientRow(smooth: .logarithm, [([3, 4], positive)]) { log($0[0]) },
  GradientRow(smooth: .log1p, [([3, 4], -0.6...1.5)]) { log1p($0[0]) },
  GradientRow(smooth: .expm1, matrix) { expm1($0[0]) },
  GradientRow(smooth: .squareRoot, [([3, 4], positive)]) { sqrt($0[0]) },
  GradientRow(smooth: .reciprocalSquareRoot, [([3, 4], positive)]) { reciprocalSquareRoot($0[0]) },
  GradientRow(smooth: .tanh, matrix) { tanh($0[0]) },
  GradientRow(smooth: .sigmoid, matrix) { sigmoid($0[0]) },
  GradientRow(smooth: .sine, matrix) { sin($0[0]) },
  GradientRow(smooth: .cosine, matrix) { cos($0[0]) },
  GradientRow(smooth: .errorFunction, matrix) { erf($0[0]) },
  GradientRow(smooth: .softplus, matrix) { softplus($0[0]) },
  GradientRow(smooth: .leakyReLU, matrix) { leakyReLU($0[0], slope: 0.2) },
  GradientRow(smooth: .leakyReLU, matrix) { relu($0[0]) },
  GradientRow(smooth: .convert, matrix) { $0[0].converted(to: .float64).converted(to: .float32).converted(to: .float64) },
]

private let binaryRows: [GradientRow] = [
  GradientRow(smooth: .add, pair) { $0[0] + $0[1] },
  GradientRow(smooth: .add, [([3, 1], around), ([4], around)]) { $0[0] + $0[1] },
  GradientRow(smooth: .subtract, pair) { $0[0] - $0[1] },
  GradientRow(smooth: .multiply, pair) { $0[0] * $0[1] },
  GradientRow(smooth: .divide, [([3, 4], around), ([3, 4], positive)]) { $0[0] / $0[1] },
  GradientRow(smooth: .maximum, pair) { maximum($0[0], $0[1]) },
  GradientRow(smooth: .minimum, pair) { minimum($0[0], $0[1]) },
  GradientRow(smooth: .power, [([3, 4], positive), ([3, 4], around)]) { pow($0[0], $0[1]) },
  GradientRow(smooth: .power, matrix) { pow($0[0], 3) },
  GradientRow(smooth: .select, pair) { select($0[0].isLess(than: $0[1]), $0[0] * 2, $0[1]) },
]

private let structureRows: [GradientRow] = [
  GradientRow(smooth: .broadcast, [([3, 1], around)]) { $0[0].broadcast(to: [2, 3, 4]) },
  GradientRow(smooth: .broadcast, [([3, 2], around)]) { $0[0].broadcast(to: [3, 5, 2], dimensions: [0, 2]) },
  GradientRow(smooth: .reshape, matrix) { $0[0].reshaped([2, 6]) },
  GradientRow(smooth: .transpose, [([2, 3, 4], around)]) { $0[0].transposed([2, 0, 1]) },
  GradientRow(smooth: .slice, [([3, 7], around)]) { $0[0].sliced(axis: 1, 1..<6, stride: 3) },
  GradientRow(smooth: .pad, matrix) { $0[0].padded(low: [1, 0], high: [0, 2], interior: [2, 1], value: 0.5) },
  GradientRow(smooth: .concatenate, [([3, 4], around), ([3, 2], around)]) { concatenated([$0[0], $0[1], $0[0]], axis: 1) },
  GradientRow(smooth: .reverse, matrix) { $0[0].reversed(axes: [1]) },
  GradientRow(smooth: .reduceSum, [([3, 2, 4], around)]) { $0[0].sum(axes: [0, 2]) },
  GradientRow(smooth: .reduceMaximum, [([3, 2, 4], around)]) { $0[0].maximum(axes: [1]) },
  GradientRow(smooth: .reduceMinimum, [([3, 2, 4], around)]) { $0[0].minimum(axes: [0, 2]) },
  GradientRow(smooth: .gather, [([4, 3], around)]) { $0[0].gathered(Tensor(int32: [2, 0, 2, 3, 2]), axis: 0) },
  GradientRow(smooth: .scatterAdd, [([2, 4], around)]) { $0[0].scatterAdded(Tensor(int32: [2, 0, 2, 1]), axis: 1, size: 5) },
]

private let productRows: [GradientRow] = [
  GradientRow(smooth: .matmul, [([3, 4], around), ([4, 2], around)]) { matmul($0[0], $0[1]) },
  GradientRow(smooth: .matmul, [([2, 3, 4], around), ([4, 2], around)]) { matmul($0[0], $0[1]) },
  GradientRow(smooth: .matmul, [([2, 1, 4, 3], around), ([3, 2, 4], around)]) { matmul($0[0].transposed(), $0[1].transposed()) },
  GradientRow(smooth: .convolution, [([2, 7, 8, 2], around), ([3, 2, 2, 3], around)]) {
    convolution($0[0], $0[1], stride: (2, 3), padding: .explicit(vertical: [1, 0], horizontal: [0, 2]), dilation: (2, 1))
  },
  GradientRow(smooth: .convolution, [([2, 5, 5, 2], around), ([3, 3, 2, 2], around)]) {
    convolution($0[0], $0[1], stride: (2, 2), padding: .same)
  },
  GradientRow(smooth: .convolutionInputGradient, [([2, 2, 3, 3], around), ([3, 2, 2, 3], around)], inputGradient),
  GradientRow(smooth: .convolutionInputGradient, [([2, 3, 3, 2], around), ([4, 4, 3, 2], around)]) {
    transposedConvolution($0[0], $0[1], stride: (2, 2), padding: .same)
  },
  GradientRow(smooth: .convolutionKernelGradient, [([2, 7, 8, 2], around), ([2, 2, 3, 3], around)], kernelGradient),
]

private let constantRows: [GradientRow] = [
  GradientRow(constant: .sign, [-1, 0, 1]) { sign($0) },
  GradientRow(constant: .floor, [-2, 0, 2]) { floor($0) },
  GradientRow(constant: .isFinite, [1, 0, 1]) { log(abs($0)).isFinite },
  GradientRow(constant: .logicalNot, [1, 1, 0]) { !$0.isGreater(than: 0) },
  GradientRow(constant: .equal, [0, 1, 0]) { $0.isEqual(to: 0) },
  GradientRow(constant: .notEqual, [1, 0, 1]) { $0.isNotEqual(to: $0 * 0) },
  GradientRow(constant: .less, [1, 0, 0]) { $0.isLess(than: 0) },
  GradientRow(constant: .lessOrEqual, [1, 1, 0]) { $0.isLessOrEqual(to: $0 * 0) },
  GradientRow(constant: .greater, [0, 0, 1]) { $0.isGreater(than: 0) },
  GradientRow(constant: .greaterOrEqual, [0, 1, 1]) { $0.isGreaterOrEqual(to: $0 * 0) },
  GradientRow(constant: .convert, [-1, 0, 2]) { integers($0) },
  GradientRow(constant: .stopGradient, GradientRow.constantPoint) { $0.stoppingGradient },
  GradientRow(constant: .iota, [-1, 1, 4]) { integers($0) + Tensor.iota([3]) },
  GradientRow(
    constant: .randomBits, (0..<3).map { Double(Int32(bitPattern: Key(seed: 5).bits(element: $0, step: 2))) + [-1, 0, 2][$0] }
  ) { integers($0) + randomBits([3], key: Key(seed: 5), step: Tensor(2, dtype: .int32)) },
  GradientRow(constant: .remainder, [-1, 0, 2]) { integers($0) % Tensor(int32: [3, 3, 3]) },
  GradientRow(constant: .bitAnd, [6, 0, 2]) { integers($0) & Tensor(int32: [6, 6, 6]) },
  GradientRow(constant: .bitOr, [-1, 1, 3]) { integers($0) | Tensor(int32: [1, 1, 1]) },
  GradientRow(constant: .bitXor, [-2, 1, 3]) { integers($0) ^ Tensor(int32: [1, 1, 1]) },
  GradientRow(constant: .shiftLeft, [-4, 0, 8]) { integers($0).shiftedLeft(by: 2) },
  GradientRow(constant: .shiftRightLogical, [15, 0, 0]) { integers($0).shiftedRightLogically(by: 28) },
  GradientRow(constant: .bitcastToFloat, [1, 1, 2]) {
    Tensor.make(
      .bitcastToFloat, [Tensor(int32: [0x3f80_0000, 0x3f80_0000, 0x4000_0000]) + integers($0 * 0)], shape: [3], dtype: .float32)
  },
]
