// Rewrites by algebra that keep every result as exact as it was: nothing is reassociated, x · 0 is not folded (x may be NaN), and constants
// fold in the arithmetic of their type. Most keep the bits too. Those that need not: x + 0 may lose the sign of a zero, x² becomes x · x and
// x⁻¹ becomes 1 / x (both correctly rounded, which a device's power need not be), and the sum of n equal numbers becomes their product with n.
extension Simplifier {
  /// Returns the value of an operation after simplification.
  mutating func simplified(_ operation: Operation) -> ValueID {
    let inputs = operation.inputs
    switch operation.primitive {
    case .stopGradient:
      return inputs[0]
    case .convert:
      if builder.operations[inputs[0]].dtype == operation.dtype { return inputs[0] }
      if let value = builder.fillValue(inputs[0]) { return builder.fill(value, like: operation) }
    case .unary(.negate):
      if case .unary(.negate) = builder.operations[inputs[0]].primitive { return builder.operations[inputs[0]].inputs[0] }
      if let value = builder.fillValue(inputs[0]) { return builder.fill(-value, like: operation) }
    case .unary(.squareRoot):
      if let value = builder.fillValue(inputs[0]) { return builder.fill(value.squareRoot(), like: operation) }
    case .binary(let kind):
      if let result = simplifiedBinary(kind, operation) { return result }
    case .reshape:
      return builder.reshaped(inputs[0], operation.shape)
    case .broadcast(let dimensions):
      if let value = builder.fillValue(inputs[0]) { return builder.fill(value, like: operation) }
      if case .broadcast(let inner) = builder.operations[inputs[0]].primitive {
        var composed = operation
        composed.primitive = .broadcast(dimensions: inner.map { dimensions[$0] })
        composed.inputs = builder.operations[inputs[0]].inputs
        return simplified(composed)
      }
      if builder.operations[inputs[0]].shape == operation.shape, dimensions == Array(operation.shape.indices) { return inputs[0] }
    case .transpose(let permutation):
      if let value = builder.fillValue(inputs[0]) { return builder.fill(value, like: operation) }
      if case .transpose(let inner) = builder.operations[inputs[0]].primitive {
        let composed = permutation.map { inner[$0] }
        let source = builder.operations[inputs[0]].inputs[0]
        if composed == Array(composed.indices) { return source }
        return builder.add(
          Operation(primitive: .transpose(permutation: composed), inputs: [source], shape: operation.shape, dtype: operation.dtype))
      }
      // Moving only dimensions of size 1 is a reshape.
      let source = builder.operations[inputs[0]].shape
      let moved = permutation.filter { source[$0] != 1 }
      if moved == moved.sorted() { return builder.reshaped(inputs[0], operation.shape) }
    case .slice, .reverse, .gather:
      if let value = builder.fillValue(inputs[0]) { return builder.fill(value, like: operation) }
    case .reduce(let kind, let axes):
      return simplifiedReduction(kind, axes, operation)
    case .select:
      if inputs[1] == inputs[2] { return inputs[1] }
    default: break
    }
    return builder.add(operation)
  }

  private mutating func simplifiedBinary(_ kind: BinaryOperation, _ operation: Operation) -> ValueID? {
    let (a, b) = (operation.inputs[0], operation.inputs[1])
    let (left, right) = (builder.fillValue(a), builder.fillValue(b))
    if let x = left, let y = right, operation.dtype.isFloatingPoint {
      let folded: Double? =
        switch kind {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        default: nil
        }
      if let folded { return builder.fill(folded, like: operation) }
    }
    switch kind {
    case .add:
      if right == 0 { return a }
      if left == 0 { return b }
      if case .unary(.negate) = builder.operations[b].primitive {
        return builder.add(
          Operation(
            primitive: .binary(.subtract), inputs: [a, builder.operations[b].inputs[0]], shape: operation.shape, dtype: operation.dtype))
      }
    case .subtract:
      if right == 0 { return a }
    case .multiply:
      if right == 1 { return a }
      if left == 1 { return b }
      if left != nil && right == nil {
        return builder.add(Operation(primitive: .binary(.multiply), inputs: [b, a], shape: operation.shape, dtype: operation.dtype))
      }
    case .divide:
      if right == 1 { return a }
    case .power:
      if right == 1 { return a }
      if right == 2 {
        return builder.add(Operation(primitive: .binary(.multiply), inputs: [a, a], shape: operation.shape, dtype: operation.dtype))
      }
      if right == 0 { return builder.fill(1, like: operation) }
      if right == -1 {
        let one = builder.fill(1, like: operation)
        return builder.add(Operation(primitive: .binary(.divide), inputs: [one, a], shape: operation.shape, dtype: operation.dtype))
      }
    default: break
    }
    return nil
  }

  /// Reductions over no axis or over axes of size 1 are reshapes, and those of one number everywhere need no walk.
  private mutating func simplifiedReduction(_ kind: ReductionOperation, _ axes: [Int], _ operation: Operation) -> ValueID {
    let source = builder.operations[operation.inputs[0]]
    if axes.allSatisfy({ source.shape[$0] == 1 }) { return builder.reshaped(operation.inputs[0], operation.shape) }
    if let value = builder.fillValue(operation.inputs[0]), source.dtype.isFloatingPoint {
      let count = axes.reduce(1.0) { $0 * Double(source.shape[$1]) }
      return builder.fill(kind != .sum ? value : count == 0 ? 0 : value * count, like: operation)
    }
    return builder.add(operation)
  }
}
