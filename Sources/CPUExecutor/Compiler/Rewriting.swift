import Graph

/// Rewrites a graph into the forms that the CPU's kernels take: reductions over neighbouring axes only, and products in place of convolutions
/// whose kernel covers the whole image.
struct Rewriting {
  private var builder = GraphBuilder()

  static func rewritten(_ graph: OperationGraph) -> OperationGraph {
    var rewriting = Rewriting()
    var renamed: [ValueID] = []
    for operation in graph.operations {
      var operation = operation
      operation.inputs = operation.inputs.map { renamed[$0] }
      renamed.append(rewriting.rewritten(operation))
    }
    return rewriting.builder.graph(
      outputs: graph.outputs.map { renamed[$0] }, parameters: graph.parameters.map { $0.map { renamed[$0] } },
      parameterTypes: graph.parameterTypes, donations: graph.donations)
  }

  private mutating func rewritten(_ operation: Operation) -> ValueID {
    switch operation.primitive {
    case .reshape: return builder.reshaped(operation.inputs[0], operation.shape)
    case .reduce(let kind, let axes): return split(kind, axes, operation)
    case .convolution, .convolutionInputGradient, .convolutionKernelGradient:
      return convolutionAsProduct(operation) ?? builder.add(operation)
    default: return builder.add(operation)
    }
  }

  /// Axes that are not neighbours are reduced one run after the other, the last first, so that every reduction sees [outer, reduced, inner].
  private mutating func split(_ kind: ReductionOperation, _ axes: [Int], _ operation: Operation) -> ValueID {
    let source = builder.operations[operation.inputs[0]]
    let significant = axes.filter { source.shape[$0] != 1 }
    guard let last = significant.last else { return builder.reshaped(operation.inputs[0], operation.shape) }
    // The last run of axes with nothing but ones between them.
    var first = last
    for axis in significant.reversed().dropFirst() {
      guard (axis + 1..<first).allSatisfy({ source.shape[$0] == 1 }) else { break }
      first = axis
    }
    let run = Array(first...last)
    let reducedShape = Shape(source.shape.indices.filter { !run.contains($0) }.map { source.shape[$0] })
    let reduced = builder.add(
      Operation(primitive: .reduce(kind, axes: run), inputs: operation.inputs, shape: reducedShape, dtype: operation.dtype))
    let rest = significant.filter { $0 < first }
    if rest.isEmpty { return builder.reshaped(reduced, operation.shape) }
    let restShape = Shape(reducedShape.indices.filter { !rest.contains($0) }.map { reducedShape[$0] })
    let again = split(
      kind, rest, Operation(primitive: .reduce(kind, axes: rest), inputs: [reduced], shape: restShape, dtype: operation.dtype))
    return builder.reshaped(again, operation.shape)
  }

  /// A convolution whose kernel covers the whole unpadded image is a matrix product: images [n, h·w·c], kernel [h·w·c, o].
  private mutating func convolutionAsProduct(_ operation: Operation) -> ValueID? {
    let first = builder.operations[operation.inputs[0]].shape
    let second = builder.operations[operation.inputs[1]].shape
    let (geometry, images, kernel, output): (ConvolutionGeometry, Shape, Shape, Shape)
    switch operation.primitive {
    case .convolution(let g): (geometry, images, kernel, output) = (g, first, second, operation.shape)
    case .convolutionInputGradient(let g): (geometry, images, kernel, output) = (g, operation.shape, second, first)
    case .convolutionKernelGradient(let g): (geometry, images, kernel, output) = (g, first, operation.shape, second)
    default: return nil
    }
    guard images[1] == kernel[0], images[2] == kernel[1], output[1] == 1, output[2] == 1,
      geometry.paddingLow == [0, 0], geometry.paddingHigh == [0, 0], geometry.dilation == [1, 1]
    else { return nil }
    let inner = kernel[0] * kernel[1] * kernel[2]
    let imageMatrix: Shape = [images[0], inner]
    let kernelMatrix: Shape = [inner, kernel[3]]
    let outputMatrix: Shape = [images[0], kernel[3]]
    func product(_ builder: inout GraphBuilder, _ a: ValueID, _ b: ValueID, _ shape: Shape) -> ValueID {
      let result = builder.add(Operation(primitive: .matmul, inputs: [a, b], shape: shape, dtype: operation.dtype))
      return builder.reshaped(result, operation.shape)
    }
    func transposed(_ builder: inout GraphBuilder, _ a: ValueID, _ shape: Shape) -> ValueID {
      builder.add(
        Operation(primitive: .transpose(permutation: [1, 0]), inputs: [a], shape: [shape[1], shape[0]], dtype: operation.dtype))
    }
    switch operation.primitive {
    case .convolution:
      let x = builder.reshaped(operation.inputs[0], imageMatrix)
      return product(&builder, x, builder.reshaped(operation.inputs[1], kernelMatrix), outputMatrix)
    case .convolutionInputGradient:
      let k = builder.reshaped(operation.inputs[1], kernelMatrix)
      return product(&builder, builder.reshaped(operation.inputs[0], outputMatrix), transposed(&builder, k, kernelMatrix), imageMatrix)
    default:
      let x = builder.reshaped(operation.inputs[0], imageMatrix)
      return product(&builder, transposed(&builder, x, imageMatrix), builder.reshaped(operation.inputs[1], outputMatrix), kernelMatrix)
    }
  }
}
