import Graph

/// One operation with the values of its operands.
struct ReferenceStep {
  let operation: OperationGraph.Operation
  /// The shapes and types of the operands.
  let types: [TensorType]
  let operands: [[Double]]

  var shape: Shape { operation.shape }
  var dtype: DType { operation.dtype }

  /// The operation's value, rounded to its type.
  func result() throws -> [Double] {
    let count = shape.elementCount
    switch operation.primitive {
    case .constant, .input:
      throw TensorError("a \(operation.primitive.kind.rawValue) of shape \(shape) has no value; the graph does not name it")
    case .fill(let value): return Array(repeating: dtype.rounded(value), count: count)
    case .iota(let axis): return positions(shape, strides: shape.indices.map { $0 == axis ? 1 : 0 }).map { Double($0) }
    case .randomBits(let keys):
      let step = operands.first.map { Int($0[0]) } ?? 0
      return keys.flatMap { key in
        (0..<(count / keys.count)).lazy.map { Double(Int32(bitPattern: Key(value: key).bits(element: $0, step: step))) }
      }
    case .unary(let unary): return operands[0].map { rounded(unary.value($0)) }
    case .leakyReLU(let slope): return operands[0].map { $0 > 0 ? $0 : dtype.rounded(slope * $0) }
    case .binary(let binary):
      if dtype.isFloatingPoint { return zip(operands[0], operands[1]).map { dtype.rounded(binary.value($0, $1)) } }
      return zip(operands[0], operands[1]).map { Double(binary.value(Int32($0), Int32($1))) }
    case .compare(let comparison): return zip(operands[0], operands[1]).map { comparison.holds($0, $1) ? 1 : 0 }
    case .select: return (0..<count).map { operands[0][$0] != 0 ? operands[1][$0] : operands[2][$0] }
    case .convert: return operands[0].map { dtype.rounded($0) }
    case .bitcastToFloat: return operands[0].map { Double(Float(bitPattern: UInt32(bitPattern: Int32($0)))) }
    case .stopGradient, .reshape: return operands[0]
    case .broadcast, .transpose, .slice, .reverse, .pad, .concatenate: return moved()
    case .gather(let axis): return gathered(axis)
    case .scatterAdd(let axis): return scatterAdded(axis)
    case .reduce(let reduction, let axes): return reduced(reduction, axes)
    case .matmul: return matrixProduct()
    case .convolution(let geometry), .convolutionInputGradient(let geometry), .convolutionKernelGradient(let geometry):
      return convolution(geometry)
    }
  }

  /// A result in the operation's type: floats are rounded, int32 wraps around.
  func rounded(_ exact: Double) -> Double {
    dtype == .int32 ? Double(Int32(truncatingIfNeeded: Int64(exact))) : dtype.rounded(exact)
  }
}

/// The places of all elements of `shape`, in row-major order, in memory that steps by `strides` from `offset` on.
func positions(_ shape: Shape, strides: [Int], offset: Int = 0) -> [Int] {
  var result = [offset]
  for (size, stride) in zip(shape, strides) {
    result = result.flatMap { start in (0..<size).lazy.map { start + $0 * stride } }
  }
  return result
}
