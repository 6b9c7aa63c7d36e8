import Graph

// Primitives that move elements without computing with them, and reads and sums by index.
extension ReferenceStep {
  func moved() -> [Double] {
    switch operation.primitive {
    case .pad(let low, let interior, let value):
      var result = Array(repeating: dtype.rounded(value), count: shape.elementCount)
      let strides = shape.rowMajorStrides
      let places = positions(
        types[0].shape, strides: zip(strides, interior).map { $0 * ($1 + 1) }, offset: zip(low, strides).reduce(0) { $0 + $1.0 * $1.1 })
      for (place, value) in zip(places, operands[0]) { result[place] = value }
      return result
    case .concatenate(let axis):
      var result = [Double](repeating: 0, count: shape.elementCount)
      let strides = shape.rowMajorStrides
      var start = 0
      for (part, type) in zip(operands, types) {
        for (place, value) in zip(positions(type.shape, strides: strides, offset: start * strides[axis]), part) { result[place] = value }
        start += type.shape[axis]
      }
      return result
    default:
      let (strides, offset) = view()
      return positions(shape, strides: strides, offset: offset).map { operands[0][$0] }
    }
  }

  /// Where the elements of the result lie in the operand.
  private func view() -> (strides: [Int], offset: Int) {
    let source = types[0].shape
    let strides = source.rowMajorStrides
    switch operation.primitive {
    case .broadcast(let dimensions):
      var result = [Int](repeating: 0, count: shape.rank)
      for (axis, target) in dimensions.enumerated() where source[axis] == shape[target] { result[target] = strides[axis] }
      return (result, 0)
    case .transpose(let permutation):
      return (permutation.map { strides[$0] }, 0)
    case .slice(let starts, let steps):
      return (zip(strides, steps).map { $0 * $1 }, zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 })
    case .reverse(let axes):
      return (
        shape.indices.map { axes.contains($0) ? -strides[$0] : strides[$0] }, axes.reduce(0) { $0 + (shape[$1] - 1) * strides[$1] }
      )
    default: return (strides, 0)
    }
  }

  /// The flat places of an indexed axis: for each element of the smaller side, that of the larger one whose size along the axis is `size`.
  private func indexed(_ axis: Int, _ small: Shape, size: Int) -> [Int] {
    let inner = small[(axis + 1)...].reduce(1, *)
    let count = small[axis]
    return (0..<small.elementCount).map { flat in
      let (outer, index) = (flat / (count * inner), flat / inner % count)
      let chosen = min(max(Int(operands[1][index]), 0), size - 1)
      return (outer * size + chosen) * inner + flat % inner
    }
  }

  func gathered(_ axis: Int) -> [Double] {
    indexed(axis, shape, size: types[0].shape[axis]).map { operands[0][$0] }
  }

  func scatterAdded(_ axis: Int) -> [Double] {
    var result = [Double](repeating: 0, count: shape.elementCount)
    for (place, value) in zip(indexed(axis, types[0].shape, size: shape[axis]), operands[0]) { result[place] += value }
    return result.map(rounded)
  }
}
