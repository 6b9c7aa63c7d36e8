import Graph

// Moving elements, reducing along axes, reading and adding by index.
extension GraphLowering {
  mutating func moved(_ operation: OperationGraph.Operation, _ operands: [Value], _ types: [TensorType], _ to: ValueType) -> Value {
    let shape = operation.shape
    switch operation.primitive {
    case .broadcast(let dimensions):
      return text.apply("stablehlo.broadcast_in_dim", operands, ["broadcast_dimensions = \(array(dimensions))"], to: to)
    case .transpose(let permutation): return text.apply("stablehlo.transpose", operands, ["permutation = \(array(permutation))"], to: to)
    case .slice(let starts, let strides):
      let limits = shape.indices.map { shape[$0] == 0 ? starts[$0] : starts[$0] + (shape[$0] - 1) * strides[$0] + 1 }
      return text.apply(
        "stablehlo.slice", operands,
        ["start_indices = \(array(starts))", "limit_indices = \(array(limits))", "strides = \(array(strides))"], to: to)
    case .pad(let low, let interior, let value):
      let padding = text.splat(value, ValueType([], to.element), operation.dtype)
      let source = types[0].shape
      let high = low.indices.map { shape[$0] - low[$0] - source[$0] - max(0, source[$0] - 1) * interior[$0] }
      return text.apply(
        "stablehlo.pad", [operands[0], padding],
        ["edge_padding_low = \(array(low))", "edge_padding_high = \(array(high))", "interior_padding = \(array(interior))"], to: to)
    case .concatenate(let axis): return text.apply("stablehlo.concatenate", operands, ["dimension = \(axis) : i64"], to: to)
    case .reverse(let axes): return text.apply("stablehlo.reverse", operands, ["dimensions = \(array(axes))"], to: to)
    default: return text.apply("stablehlo.reshape", operands, to: to)
    }
  }

  mutating func reduced(_ x: Value, _ reduction: ReductionOperation, _ axes: [Int], _ dtype: DType, _ to: ValueType) -> Value {
    let scalar = ValueType([], to.element)
    let (name, start): (String, Double) =
      switch reduction {
      case .sum: ("add", 0)
      case .maximum: ("maximum", dtype == .int32 ? Double(Int32.min) : -.infinity)
      case .minimum: ("minimum", dtype == .int32 ? Double(Int32.max) : .infinity)
      }
    return text.apply(
      "stablehlo.reduce", [x, text.splat(start, scalar, dtype)], ["dimensions = \(array(axes))"], region: combining(name, scalar), to: to)
  }

  /// Indices out of range are the nearest in range.
  private mutating func clamped(_ indices: Value, to size: Int) -> Value {
    let bounds = (text.splat("0", indices.type), text.splat("\(max(size - 1, 0))", indices.type))
    return text.apply("stablehlo.clamp", [bounds.0, indices, bounds.1], to: indices.type)
  }

  mutating func gathered(_ operands: [Value], _ axis: Int, _ to: ValueType) -> Value {
    var sizes = operands[0].type.dimensions
    let indices = clamped(operands[1], to: sizes[axis])
    sizes[axis] = 1
    let windows = to.dimensions.indices.filter { $0 != axis }
    return text.apply(
      "stablehlo.gather", [operands[0], indices],
      [
        "dimension_numbers = #stablehlo.gather<offset_dims = \(list(windows)), collapsed_slice_dims = [\(axis)], start_index_map = [\(axis)], "
          + "index_vector_dim = 1>", "slice_sizes = \(array(sizes))", "indices_are_sorted = false",
      ], to: to)
  }

  mutating func scattered(_ operands: [Value], _ axis: Int, _ dtype: DType, _ to: ValueType) -> Value {
    let indices = clamped(operands[1], to: to.dimensions[axis])
    let windows = to.dimensions.indices.filter { $0 != axis }
    return text.apply(
      "stablehlo.scatter", [text.splat(0, to, dtype), indices, operands[0]],
      [
        "scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = \(list(windows)), inserted_window_dims = [\(axis)], "
          + "scatter_dims_to_operand_dims = [\(axis)], index_vector_dim = 1>", "indices_are_sorted = false", "unique_indices = false",
      ], region: combining("add", ValueType([], to.element)), to: to)
  }
}
