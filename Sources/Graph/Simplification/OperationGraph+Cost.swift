extension OperationGraph {
  /// How many floating-point operations one run of an operation takes: two for each product of a sum, one for each element that is computed; none
  /// for what only moves numbers.
  public func operationCount(of id: ValueID) -> Int {
    let operation = operations[id]
    func count(_ place: Int) -> Int { operations[operation.inputs[place]].shape.elementCount }
    switch operation.primitive {
    case .constant, .input, .fill, .iota, .stopGradient, .broadcast, .reshape, .transpose, .slice, .pad, .concatenate, .reverse, .gather,
      .convert, .bitcastToFloat:
      return 0
    case .unary, .leakyReLU, .binary, .compare, .select, .randomBits: return operation.shape.elementCount
    case .reduce, .scatterAdd: return count(0)
    case .matmul: return 2 * operation.shape.elementCount * operations[operation.inputs[0]].shape[-1]
    case .convolution:
      let kernel = operations[operation.inputs[1]].shape
      return 2 * operation.shape.elementCount * kernel[0] * kernel[1] * kernel[2]
    case .convolutionInputGradient:
      let kernel = operations[operation.inputs[1]].shape
      return 2 * count(0) * kernel[0] * kernel[1] * kernel[2]
    case .convolutionKernelGradient: return 2 * count(1) * operation.shape[0] * operation.shape[1] * operation.shape[2]
    }
  }
}
