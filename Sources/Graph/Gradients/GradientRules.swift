// The vector-Jacobian product of every primitive, written in tensors, so that derivatives of derivatives need nothing new.
//
// A rule gets the node (whose output it may use) and the gradient of the loss with respect to the output, and returns the gradient with
// respect to each input, `nil` where there is none. Rules capture nothing.

extension Node {
  func inputGradients(_ g: Tensor) -> [Tensor?] {
    let y = Tensor(node: self)
    let x = inputs.map { Tensor(node: $0) }
    switch primitive {
    case .constant, .input, .fill, .iota, .randomBits, .compare, .bitcastToFloat, .stopGradient:
      return x.map { _ in nil }
    case .unary(let operation):
      return [unaryGradient(operation, x[0], y, g)]
    case .leakyReLU(let slope):
      // The output has the sign of the input, so the input need not be kept.
      return [select(y.isGreater(than: 0), g, slope == 0 ? g.filled(0) : slope * g)]
    case .binary(let operation):
      return binaryGradient(operation, x[0], x[1], y, g)
    case .select:
      return [nil, select(x[0], g, g.filled(0)), select(x[0], g.filled(0), g)]
    case .convert:
      return [x[0].dtype.isFloatingPoint && dtype.isFloatingPoint ? g.converted(to: x[0].dtype) : nil]
    case .broadcast(let dimensions):
      return [broadcastGradient(dimensions, x[0], g)]
    case .reshape:
      return [g.reshaped(x[0].shape)]
    case .transpose(let permutation):
      var inverse = permutation
      for (axis, source) in permutation.enumerated() { inverse[source] = axis }
      return [g.transposed(inverse)]
    case .slice(let starts, let strides):
      let interior = strides.map { $0 - 1 }
      let high = x[0].shape.indices.map { axis in
        x[0].shape[axis] - starts[axis] - (shape[axis] == 0 ? 0 : (shape[axis] - 1) * strides[axis] + 1)
      }
      return [g.padded(low: starts, high: high, interior: interior)]
    case .pad(let low, let interior, _):
      return [g.sliced(starts: low, strides: interior.map { $0 + 1 }, to: x[0].shape)]
    case .concatenate(let axis):
      var start = 0
      return x.map { part in
        defer { start += part.shape[axis] }
        return g.sliced(axis: axis, start..<(start + part.shape[axis]))
      }
    case .reverse(let axes):
      return [g.reversed(axes: axes)]
    case .reduce(let operation, let axes):
      return [reductionGradient(operation, axes, x[0], y, g)]
    case .gather(let axis):
      return [g.scatterAdded(x[1], axis: axis, size: x[0].shape[axis]), nil]
    case .scatterAdd(let axis):
      return [g.gathered(x[1], axis: axis), nil]
    case .matmul:
      return [matmul(g, x[1].transposed()), matmul(x[0].transposed(), g)]
    // The trio: each one's gradients are the other two.
    case .convolution(let geometry):
      return [
        .make(.convolutionInputGradient(geometry), [g, x[1]], shape: x[0].shape, dtype: dtype),
        .make(.convolutionKernelGradient(geometry), [x[0], g], shape: x[1].shape, dtype: dtype),
      ]
    case .convolutionInputGradient(let geometry):
      return [
        .make(.convolution(geometry), [g, x[1]], shape: x[0].shape, dtype: dtype),
        .make(.convolutionKernelGradient(geometry), [g, x[0]], shape: x[1].shape, dtype: dtype),
      ]
    case .convolutionKernelGradient(let geometry):
      return [
        .make(.convolutionInputGradient(geometry), [x[1], g], shape: x[0].shape, dtype: dtype),
        .make(.convolution(geometry), [x[0], g], shape: x[1].shape, dtype: dtype),
      ]
    }
  }
}

private func unaryGradient(_ operation: UnaryOperation, _ x: Tensor, _ y: Tensor, _ g: Tensor) -> Tensor? {
  switch operation {
  case .negate: -g
  case .absolute: g * sign(x)
  case .sign, .floor, .isFinite, .logicalNot: nil
  case .exponential: g * y
  case .logarithm: g / x
  case .log1p: g / (1 + x)
  case .expm1: g * (y + 1)
  case .squareRoot: g * 0.5 / y
  case .reciprocalSquareRoot: -0.5 * g * (y * y * y)
  case .tanh: g * (1 - y * y)
  case .sigmoid: g * (y * (1 - y))
  case .sine: g * cos(x)
  case .cosine: -(g * sin(x))
  case .errorFunction: g * (exp(-(x * x)) * 1.1283791670955126)  // 2/√π
  case .softplus: g * sigmoid(x)
  }
}

private func binaryGradient(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor, _ y: Tensor, _ g: Tensor) -> [Tensor?] {
  guard a.dtype.isFloatingPoint else { return [nil, nil] }
  switch operation {
  case .add: return [g, g]
  case .subtract: return [g, -g]
  case .multiply: return [g * b, g * a]
  case .divide: return [g / b, -(g * y / b)]
  case .maximum:
    let first = a.isGreaterOrEqual(to: b)
    return [select(first, g, g.filled(0)), select(first, g.filled(0), g)]
  case .minimum:
    let first = a.isLessOrEqual(to: b)
    return [select(first, g, g.filled(0)), select(first, g.filled(0), g)]
  case .power:
    // ∂a^b/∂b = a^b ln a, and 0 where a is 0.
    let positive = a.isGreater(than: 0)
    let exponentSlope = select(positive, y * log(select(positive, a, a.filled(1))), g.filled(0))
    // An exponent that is a number keeps the derivatives finite at 0: those of a² end with 2.
    let slope: Tensor
    if case .stopGradient = b.node.primitive, case .fill(let exponent)? = b.node.inputs.first?.primitive {
      switch exponent {
      case 0: slope = a.filled(0)
      case 1: slope = a.filled(1)
      case 2: slope = 2 * a
      default: slope = exponent * pow(a, exponent - 1)
      }
    } else {
      slope = select(b.isEqual(to: 0), b, b * pow(a, b - 1))
    }
    return [g * slope, g * exponentSlope]
  case .remainder, .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRightLogical: return [nil, nil]
  }
}

private func broadcastGradient(_ dimensions: [Int], _ x: Tensor, _ g: Tensor) -> Tensor {
  var axes: [Int] = []
  for axis in g.shape.indices {
    if let source = dimensions.firstIndex(of: axis) {
      if x.shape[source] == 1 && g.shape[axis] != 1 { axes.append(axis) }
    } else {
      axes.append(axis)
    }
  }
  return g.sum(axes: axes).reshaped(x.shape)
}

private func reductionGradient(
  _ operation: ReductionOperation, _ axes: [Int], _ x: Tensor, _ y: Tensor, _ g: Tensor
) -> Tensor {
  let kept = x.shape.indices.filter { !axes.contains($0) }
  func spread(_ tensor: Tensor) -> Tensor { tensor.broadcast(to: x.shape, dimensions: kept) }
  switch operation {
  case .sum: return spread(g)
  case .maximum, .minimum:
    let chosen = x.isEqual(to: spread(y)).converted(to: x.dtype)
    return chosen * spread(g / chosen.sum(axes: axes))
  }
}
