import Graph

/// One operation of the graph.
typealias Operation = OperationGraph.Operation

extension OperationGraph.Operation {
  /// Whether the result is a view of its operand's memory.
  var isView: Bool {
    switch primitive {
    case .broadcast, .reshape, .transpose, .slice: true
    default: false
    }
  }
}

/// A value as strides over the memory of another: what broadcasting, transposing, slicing and reshaping are, without moving an element.
struct View {
  /// The operation whose memory is looked at.
  var base: ValueID
  var offset: Int
  var strides: [Int]

  /// Whether the elements lie in row-major order without gaps from `offset` on.
  func isDense(_ shape: Shape) -> Bool {
    var expected = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      if strides[axis] != expected { return false }
      expected *= shape[axis]
    }
    return true
  }
}

/// The views of all values of a program; operations that are no views (or cannot be one) look at themselves.
struct Views {
  private(set) var all: [View] = []

  init(_ operations: [Operation]) {
    for id in operations.indices {
      all.append(Views.view(of: id, operations, all) ?? View(base: id, offset: 0, strides: operations[id].shape.rowMajorStrides))
    }
  }

  subscript(id: ValueID) -> View { all[id] }

  /// Whether the operation is a view, so that it needs no memory and no instruction.
  func isView(_ id: ValueID) -> Bool { all[id].base != id }

  private static func view(of id: ValueID, _ operations: [Operation], _ views: [View]) -> View? {
    let operation = operations[id]
    guard operation.isView, let input = operation.inputs.first else { return nil }
    let source = operations[input].shape
    var view = views[input]
    switch operation.primitive {
    case .broadcast(let dimensions):
      var strides = [Int](repeating: 0, count: operation.shape.rank)
      for (axis, target) in dimensions.enumerated() where source[axis] == operation.shape[target] {
        strides[target] = view.strides[axis]
      }
      view.strides = strides
    case .transpose(let permutation):
      view.strides = permutation.map { view.strides[$0] }
    case .slice(let starts, let steps):
      for axis in starts.indices {
        view.offset += starts[axis] * view.strides[axis]
        view.strides[axis] *= steps[axis]
      }
    case .reshape:
      guard let strides = reshapedStrides(view.strides, from: source, to: operation.shape) else { return nil }
      view.strides = strides
    default: return nil
    }
    return view
  }

  /// The strides under which the same memory has shape `target`, or `nil` where elements would have to move.
  private static func reshapedStrides(_ strides: [Int], from source: Shape, to target: Shape) -> [Int]? {
    if source.elementCount == 0 { return target.rowMajorStrides }
    let old = source.indices.filter { source[$0] != 1 }
    var result = [Int](repeating: 0, count: target.rank)
    var oldPosition = 0
    var newPosition = 0
    while newPosition < target.rank {
      if target[newPosition] == 1 {
        newPosition += 1
        continue
      }
      // The smallest groups of old and new dimensions of equal size.
      var oldEnd = oldPosition + 1
      var newEnd = newPosition + 1
      var oldSize = source[old[oldPosition]]
      var newSize = target[newPosition]
      while oldSize != newSize {
        if oldSize < newSize {
          oldSize *= source[old[oldEnd]]
          oldEnd += 1
        } else {
          newSize *= target[newEnd]
          newEnd += 1
        }
      }
      for position in oldPosition..<(oldEnd - 1)
      where strides[old[position]] != strides[old[position + 1]] * source[old[position + 1]] {
        return nil
      }
      var stride = strides[old[oldEnd - 1]]
      for axis in (newPosition..<newEnd).reversed() {
        result[axis] = stride
        stride *= target[axis]
      }
      oldPosition = oldEnd
      newPosition = newEnd
    }
    return result
  }
}
