import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// A row of the table of batching checks: one operation, in each of several runs.
struct BatchingRow: Sendable, CustomTestStringConvertible {
  typealias Operand = (type: TensorType, range: ClosedRange<Double>)

  var operands: [Operand]
  var result: TensorType
  /// The operation of each run.
  var primitive: @Sendable (Int) -> Primitive

  var kind: PrimitiveKind { primitive(0).kind }
  var testDescription: String { "\(kind.rawValue) \(operands.map(\.type)) → \(result)" }

  init(_ operands: [Operand], _ result: TensorType, _ primitive: @escaping @Sendable (Int) -> Primitive) {
    (self.operands, self.result, self.primitive) = (operands, result, primitive)
  }

  init(_ primitive: Primitive, _ operands: [Operand], _ result: TensorType) {
    self.init(operands, result) { _ in primitive }
  }

  /// Whether terms are added up, in an order that may be another for several runs.
  var addsUp: Bool {
    switch kind {
    case .reduceSum, .matmul, .convolution, .convolutionInputGradient, .convolutionKernelGradient: true
    default: false
    }
  }
}

private func floats(_ shape: Shape, _ dtype: DType = .float32, _ range: ClosedRange<Double> = -2...2) -> BatchingRow.Operand {
  (TensorType(shape, dtype), range)
}
private func integers(_ shape: Shape, _ range: ClosedRange<Double> = -9...9) -> BatchingRow.Operand { (TensorType(shape, .int32), range) }
private func truths(_ shape: Shape) -> BatchingRow.Operand { (TensorType(shape, .bool), 0...1) }

private func stored(_ values: [Float]) -> Storage? {
  if case .constant(let storage) = Tensor(values).node.primitive { storage } else { nil }
}

/// At least one row for every kind of primitive.
let batchingTable: [BatchingRow] = leafRows + elementwiseRows + structureRows + indexingRows + productRows + convolutionRows

private let leafRows: [BatchingRow] = [
  BatchingRow([], TensorType([3])) { run in stored([0, 1, 2].map { Float($0 * run) }).map { .constant($0) } ?? .fill(0) },
  BatchingRow([], TensorType([2, 3])) { .fill(Double($0) * 1.5) },
  BatchingRow([], TensorType([2, 3], .float64)) { .fill(Double($0) / 3) },
  BatchingRow([], TensorType([4], .int32)) { .fill(Double($0)) },
  BatchingRow(.fill(2.5), [], TensorType([2, 3])),
  BatchingRow(.iota(axis: 1), [], TensorType([2, 3], .int32)),
  // Streams that end within a block, that cross the tiles of a kernel, and that are empty.
  BatchingRow([], TensorType([5, 7], .int32)) { .randomBits(keys: [Key(seed: UInt64($0)).value]) },
  BatchingRow([], TensorType([3, 1_003], .int32)) { .randomBits(keys: [Key(seed: UInt64($0)).value]) },
  BatchingRow([], TensorType([0, 4], .int32)) { .randomBits(keys: [Key(seed: UInt64($0)).value]) },
  BatchingRow([], TensorType([], .int32)) { .randomBits(keys: [Key(seed: UInt64($0)).value]) },
  BatchingRow([integers([])], TensorType([5, 7], .int32)) { .randomBits(keys: [Key(seed: UInt64($0)).value]) },
  BatchingRow(.randomBits(keys: [7]), [integers([])], TensorType([6], .int32)),
  BatchingRow(.randomBits(keys: [7, 8]), [integers([])], TensorType([2, 5], .int32)),
]

private let elementwiseRows: [BatchingRow] =
  UnaryOperation.allCases.flatMap { operation in
    DType.allCases.filter(operation.accepts).map { dtype in
      BatchingRow(
        .unary(operation), [(TensorType([3, 7], dtype), dtype == .bool ? 0...1 : 0.1...2)],
        TensorType([3, 7], operation == .isFinite ? .bool : dtype))
    }
  }
  + BinaryOperation.allCases.flatMap { operation in
    DType.allCases.filter(operation.accepts).map { dtype in
      let range: ClosedRange<Double> = dtype == .bool ? 0...1 : dtype == .int32 ? 0...30 : 0.1...2
      return BatchingRow(
        .binary(operation), [(TensorType([3, 7], dtype), range), (TensorType([3, 7], dtype), range)], TensorType([3, 7], dtype))
    }
  }
  + ComparisonOperation.allCases.map {
    .init(.compare($0), [integers([3, 7], -1...1), integers([3, 7], -1...1)], TensorType([3, 7], .bool))
  }
  + [
    BatchingRow(.leakyReLU(slope: 0.2), [floats([3, 7])], TensorType([3, 7])),
    BatchingRow(.select, [truths([3, 7]), floats([3, 7]), floats([3, 7])], TensorType([3, 7])),
    BatchingRow(.convert, [floats([3, 7])], TensorType([3, 7], .int32)),
    BatchingRow(.bitcastToFloat, [integers([3, 7], 1e8...1e9)], TensorType([3, 7])),
    BatchingRow(.stopGradient, [floats([3, 7])], TensorType([3, 7])),
  ]

private let structureRows: [BatchingRow] = [
  BatchingRow(.broadcast(dimensions: [1, 2]), [floats([3, 1])], TensorType([2, 3, 4])),
  BatchingRow(.broadcast(dimensions: []), [floats([])], TensorType([2, 2])),
  BatchingRow(.broadcast(dimensions: [0, 2]), [floats([3, 2], .float64)], TensorType([3, 5, 2], .float64)),
  BatchingRow(.reshape, [floats([3, 4])], TensorType([2, 6])),
  BatchingRow(.reshape, [floats([1])], TensorType([])),
  BatchingRow(.transpose(permutation: [2, 0, 1]), [floats([2, 3, 4])], TensorType([4, 2, 3])),
  BatchingRow(.slice(starts: [1, 0], strides: [1, 3]), [floats([3, 7])], TensorType([2, 3])),
  BatchingRow(.pad(low: [1, 0], interior: [2, 1], value: 0.5), [floats([3, 4])], TensorType([9, 9])),
  BatchingRow(.concatenate(axis: 1), [floats([3, 4]), floats([3, 2]), floats([3, 1])], TensorType([3, 7])),
  BatchingRow(.reverse(axes: [0, 1]), [floats([3, 4])], TensorType([3, 4])),
  BatchingRow(.reduce(.sum, axes: [0, 2]), [floats([3, 2, 4])], TensorType([2])),
  BatchingRow(.reduce(.sum, axes: [0]), [floats([500, 3])], TensorType([3])),
  BatchingRow(.reduce(.sum, axes: [0, 1]), [floats([3, 2], .float64)], TensorType([], .float64)),
  BatchingRow(.reduce(.sum, axes: [1]), [integers([3, 5])], TensorType([3], .int32)),
  BatchingRow(.reduce(.maximum, axes: [1]), [floats([3, 2, 4])], TensorType([3, 4])),
  BatchingRow(.reduce(.minimum, axes: [0, 2]), [integers([3, 2, 4])], TensorType([2], .int32)),
]

// Some indices are out of range, and so are limited to it.
private let indexingRows: [BatchingRow] = [
  BatchingRow(.gather(axis: 0), [floats([4, 3]), integers([5], -2...6)], TensorType([5, 3])),
  BatchingRow(.gather(axis: 1), [floats([2, 4, 3]), integers([5], -2...6)], TensorType([2, 5, 3])),
  BatchingRow(.gather(axis: 2), [integers([2, 2, 6]), integers([3], -2...8)], TensorType([2, 2, 3], .int32)),
  BatchingRow(.scatterAdd(axis: 0), [floats([5, 3]), integers([5], -2...6)], TensorType([4, 3])),
  BatchingRow(.scatterAdd(axis: 1), [floats([2, 5]), integers([5], -2...6)], TensorType([2, 4])),
]

private let productRows: [BatchingRow] = [DType.float32, .float64].flatMap { dtype in
  [
    BatchingRow(.matmul, [floats([5, 4], dtype), floats([4, 6], dtype)], TensorType([5, 6], dtype)),
    BatchingRow(.matmul, [floats([1, 9], dtype), floats([9, 1], dtype)], TensorType([1, 1], dtype)),
    BatchingRow(.matmul, [floats([40, 30], dtype), floats([30, 20], dtype)], TensorType([40, 20], dtype)),
    BatchingRow(.matmul, [floats([2, 3, 4], dtype), floats([2, 4, 5], dtype)], TensorType([2, 3, 5], dtype)),
  ]
}

private let convolutionRows: [BatchingRow] = [DType.float32, .float64].flatMap { dtype in
  // [2, 7, 8, 2] by [3, 2, 2, 3] is [2, 2, 3, 3].
  let skewed = ConvolutionGeometry(stride: [2, 3], paddingLow: [1, 0], paddingHigh: [0, 2], dilation: [2, 1])
  let plain = ConvolutionGeometry(stride: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0], dilation: [1, 1])
  func rows(_ geometry: ConvolutionGeometry, _ images: Shape, _ kernel: Shape, _ output: Shape) -> [BatchingRow] {
    [
      BatchingRow(.convolution(geometry), [floats(images, dtype), floats(kernel, dtype)], TensorType(output, dtype)),
      BatchingRow(.convolutionInputGradient(geometry), [floats(output, dtype), floats(kernel, dtype)], TensorType(images, dtype)),
      BatchingRow(.convolutionKernelGradient(geometry), [floats(images, dtype), floats(output, dtype)], TensorType(kernel, dtype)),
    ]
  }
  return rows(skewed, [2, 7, 8, 2], [3, 2, 2, 3], [2, 2, 3, 3]) + rows(plain, [2, 5, 5, 3], [5, 5, 3, 4], [2, 1, 1, 4])
}
