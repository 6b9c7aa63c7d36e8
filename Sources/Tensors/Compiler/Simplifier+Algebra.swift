import Foundation

// Rewrites that keep the result to the bit (but for the sign of a zero in x + 0): x · 0 is never
// folded (x may be NaN), and constants fold in the arithmetic of their type.
extension Simplifier {
  /// Returns the value of an operation after simplification.
  mutating func simplified(_ operation: Operation) -> ValueID {
    let inputs = operation.inputs
    switch operation.primitive {
    case .stopGradient:
      return inputs[0]
    case .convert:
      if operations[inputs[0]].dtype == operation.dtype { return inputs[0] }
      if let value = fillValue(inputs[0]) { return fill(value, like: operation) }
    case .unary(.negate):
      if case .unary(.negate) = operations[inputs[0]].primitive { return operations[inputs[0]].inputs[0] }
      if let value = fillValue(inputs[0]) { return fill(-value, like: operation) }
    case .unary(.squareRoot):
      if let value = fillValue(inputs[0]) { return fill(value.squareRoot(), like: operation) }
    case .binary(let kind):
      if let result = simplifiedBinary(kind, operation) { return result }
    case .reshape:
      return reshaped(inputs[0], operation.shape)
    case .broadcast(let dimensions):
      if let value = fillValue(inputs[0]) { return fill(value, like: operation) }
      if case .broadcast(let inner) = operations[inputs[0]].primitive {
        var composed = operation
        composed.primitive = .broadcast(dimensions: inner.map { dimensions[$0] })
        composed.inputs = operations[inputs[0]].inputs
        return simplified(composed)
      }
      if operations[inputs[0]].shape == operation.shape, dimensions == Array(operation.shape.indices) { return inputs[0] }
    case .transpose(let permutation):
      if let value = fillValue(inputs[0]) { return fill(value, like: operation) }
      if case .transpose(let inner) = operations[inputs[0]].primitive {
        let composed = permutation.map { inner[$0] }
        let source = operations[inputs[0]].inputs[0]
        if composed == Array(composed.indices) { return source }
        return add(
          Operation(primitive: .transpose(permutation: composed), inputs: [source], shape: operation.shape, dtype: operation.dtype))
      }
      // Moving only dimensions of size 1 is a reshape.
      let source = operations[inputs[0]].shape
      let moved = permutation.filter { source[$0] != 1 }
      if moved == moved.sorted() { return reshaped(inputs[0], operation.shape) }
    case .slice, .reverse, .gather:
      if let value = fillValue(inputs[0]) { return fill(value, like: operation) }
    case .reduce(let kind, let axes):
      return simplifiedReduction(kind, axes, operation)
    case .convolution, .convolutionInputGradient, .convolutionKernelGradient:
      if let product = convolutionAsProduct(operation) { return product }
    case .select:
      if inputs[1] == inputs[2] { return inputs[1] }
    default: break
    }
    return add(operation)
  }

  private mutating func simplifiedBinary(_ kind: BinaryOperation, _ operation: Operation) -> ValueID? {
    let (a, b) = (operation.inputs[0], operation.inputs[1])
    let (left, right) = (fillValue(a), fillValue(b))
    if let x = left, let y = right, operation.dtype.isFloatingPoint {
      let folded: Double? =
        switch kind {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        default: nil
        }
      if let folded { return fill(folded, like: operation) }
    }
    switch kind {
    case .add:
      if right == 0 { return a }
      if left == 0 { return b }
      if case .unary(.negate) = operations[b].primitive {
        return add(
          Operation(primitive: .binary(.subtract), inputs: [a, operations[b].inputs[0]], shape: operation.shape, dtype: operation.dtype))
      }
    case .subtract:
      if right == 0 { return a }
    case .multiply:
      if right == 1 { return a }
      if left == 1 { return b }
      if left != nil && right == nil {
        return add(Operation(primitive: .binary(.multiply), inputs: [b, a], shape: operation.shape, dtype: operation.dtype))
      }
    case .divide:
      if right == 1 { return a }
    case .power:
      if right == 1 { return a }
      if right == 2 {
        return add(Operation(primitive: .binary(.multiply), inputs: [a, a], shape: operation.shape, dtype: operation.dtype))
      }
      if right == 0 { return fill(1, like: operation) }
      if right == -1 {
        let one = fill(1, like: operation)
        return add(Operation(primitive: .binary(.divide), inputs: [one, a], shape: operation.shape, dtype: operation.dtype))
      }
    default: break
    }
    return nil
  }

  private mutating func reshaped(_ input: ValueID, _ shape: Shape) -> ValueID {
    let source = operations[input]
    if source.shape == shape { return input }
    if let value = fillValue(input) { return add(Operation(primitive: .fill(value), inputs: [], shape: shape, dtype: source.dtype)) }
    if case .reshape = source.primitive { return reshaped(source.inputs[0], shape) }
    return add(Operation(primitive: .reshape, inputs: [input], shape: shape, dtype: source.dtype))
  }

  /// Reductions over no axis or over axes of size 1 are reshapes; axes that are not neighbours are reduced one run after the other, the
  /// last first, so that every reduction sees [outer, reduced, inner].
  private mutating func simplifiedReduction(_ kind: ReductionOperation, _ axes: [Int], _ operation: Operation) -> ValueID {
    let source = operations[operation.inputs[0]]
    let significant = axes.filter { source.shape[$0] != 1 }
    guard let last = significant.last else { return reshaped(operation.inputs[0], operation.shape) }
    if let value = fillValue(operation.inputs[0]), source.dtype.isFloatingPoint {
      let count = axes.reduce(1.0) { $0 * Double(source.shape[$1]) }
      return fill(kind != .sum ? value : count == 0 ? 0 : value * count, like: operation)
    }
    // The last run of axes with nothing but ones between them.
    var first = last
    for axis in significant.reversed().dropFirst() {
      guard (axis + 1..<first).allSatisfy({ source.shape[$0] == 1 }) else { break }
      first = axis
    }
    let run = Array(first...last)
    let reducedShape = Shape(source.shape.indices.filter { !run.contains($0) }.map { source.shape[$0] })
    let reduced = add(
      Operation(primitive: .reduce(kind, axes: run), inputs: operation.inputs, shape: reducedShape, dtype: operation.dtype))
    let rest = significant.filter { $0 < first }
    if rest.isEmpty { return reshaped(reduced, operation.shape) }
    let restShape = Shape(reducedShape.indices.filter { !rest.contains($0) }.map { reducedShape[$0] })
    let again = simplifiedReduction(
      kind, rest, Operation(primitive: .reduce(kind, axes: rest), inputs: [reduced], shape: restShape, dtype: operation.dtype))
    return reshaped(again, operation.shape)
  }

  /// A convolution whose kernel covers the whole unpadded image is a matrix product: images [n, h·w·c], kernel [h·w·c, o].
  private mutating func convolutionAsProduct(_ operation: Operation) -> ValueID? {
    let first = operations[operation.inputs[0]].shape
    let second = operations[operation.inputs[1]].shape
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
    func product(_ simplifier: inout Simplifier, _ a: ValueID, _ b: ValueID, _ shape: Shape) -> ValueID {
      let result = simplifier.add(Operation(primitive: .matmul, inputs: [a, b], shape: shape, dtype: operation.dtype))
      return simplifier.reshaped(result, operation.shape)
    }
    func transposed(_ simplifier: inout Simplifier, _ a: ValueID, _ shape: Shape) -> ValueID {
      simplifier.add(
        Operation(primitive: .transpose(permutation: [1, 0]), inputs: [a], shape: [shape[1], shape[0]], dtype: operation.dtype))
    }
    switch operation.primitive {
    case .convolution:
      return product(&self, reshaped(operation.inputs[0], imageMatrix), reshaped(operation.inputs[1], kernelMatrix), outputMatrix)
    case .convolutionInputGradient:
      let k = reshaped(operation.inputs[1], kernelMatrix)
      return product(&self, reshaped(operation.inputs[0], outputMatrix), transposed(&self, k, kernelMatrix), imageMatrix)
    default:
      let x = reshaped(operation.inputs[0], imageMatrix)
      return product(&self, transposed(&self, x, imageMatrix), reshaped(operation.inputs[1], outputMatrix), kernelMatrix)
    }
  }
}
