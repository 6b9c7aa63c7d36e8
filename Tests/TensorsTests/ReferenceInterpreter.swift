import Foundation

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// Values computed in plain loops over doubles, each with a bound on how far a correctly compiled program may be from it.
///
/// The bound follows the rounding errors of the program's type through every operation (a running error analysis), so that a long chain of
/// roundings is told from a wrong result. Where a rounding may flip a comparison the bound grows by the size of the jump.
struct ReferenceValue {
  var values: [Double]
  var errors: [Double]
}

/// Computes expression graphs operation by operation, knowing nothing of views, fusion or memory.
struct ReferenceInterpreter {
  private var known: [ObjectIdentifier: ReferenceValue] = [:]

  init(parameters: [(Tensor, [Double])]) {
    for (tensor, values) in parameters {
      known[ObjectIdentifier(tensor.node)] = ReferenceValue(values: values, errors: values.map { _ in 0 })
    }
  }

  mutating func value(of tensor: Tensor) -> ReferenceValue {
    var pending = [tensor.node]
    var visited = Set(pending.map(ObjectIdentifier.init))
    var order: [Node] = []
    while let node = pending.popLast() {
      if known[ObjectIdentifier(node)] != nil { continue }
      order.append(node)
      for input in node.inputs where visited.insert(ObjectIdentifier(input)).inserted { pending.append(input) }
    }
    for node in order.sorted(by: { $0.identifier < $1.identifier }) {
      known[ObjectIdentifier(node)] = computed(node, node.inputs.map { known[ObjectIdentifier($0)]! })
    }
    return known[ObjectIdentifier(tensor.node)]!
  }

  // MARK: Operations

  private func computed(_ node: Node, _ x: [ReferenceValue]) -> ReferenceValue {
    let shape = node.shape
    let count = shape.elementCount
    switch node.primitive {
    case .constant(let storage): return ReferenceInterpreter.read(storage, node.dtype, count)
    case .input: preconditionFailure("a placeholder without a value")
    case .fill(let value): return exact(Array(repeating: value, count: count))
    case .iota(let axis): return exact(Index(shape).map { Double($0[axis]) })
    case .randomBits(let keys):
      let step = x.first.map { Int($0.values[0]) } ?? 0
      let length = count / keys.count
      return exact((0..<count).map { Double(Int32(bitPattern: Key(value: keys[$0 / length]).bits(element: $0 % length, step: step))) })
    case .unary(let operation): return unary(operation, x[0], node)
    case .leakyReLU(let slope):
      return monotone(x[0], node.dtype) { $0 > 0 ? $0 : slope * $0 }
    case .binary(let operation): return binary(operation, x[0], x[1], node)
    case .compare(let comparison): return compare(comparison, x[0], x[1])
    case .select: return select(x[0], x[1], x[2])
    case .convert: return convert(x[0], from: node.inputs[0].dtype, to: node.dtype)
    case .bitcastToFloat:
      return exact(x[0].values.map { Double(Float(bitPattern: UInt32(bitPattern: Int32($0)))) })
    case .stopGradient, .reshape: return x[0]
    case .broadcast(let dimensions):
      let source = node.inputs[0].shape
      return gathered(x[0], shape) { index in
        let position = dimensions.enumerated().map { source[$0] == 1 ? 0 : index[$1] }
        return Index.flat(position, source)
      }
    case .transpose(let permutation):
      let source = node.inputs[0].shape
      return gathered(x[0], shape) { index in
        var position = [Int](repeating: 0, count: source.rank)
        for (axis, from) in permutation.enumerated() { position[from] = index[axis] }
        return Index.flat(position, source)
      }
    case .slice(let starts, let strides):
      let source = node.inputs[0].shape
      return gathered(x[0], shape) { index in
        Index.flat(index.indices.map { starts[$0] + index[$0] * strides[$0] }, source)
      }
    case .reverse(let axes):
      return gathered(x[0], shape) { index in
        Index.flat(index.indices.map { axes.contains($0) ? shape[$0] - 1 - index[$0] : index[$0] }, shape)
      }
    case .pad(let low, let interior, let value):
      let source = node.inputs[0].shape
      var result = exact(Array(repeating: node.dtype.rounded(value), count: count))
      for (flat, index) in Index(source).enumerated() {
        let target = Index.flat(index.indices.map { low[$0] + index[$0] * (interior[$0] + 1) }, shape)
        result.values[target] = x[0].values[flat]
        result.errors[target] = x[0].errors[flat]
      }
      return result
    case .concatenate(let axis):
      var result = exact(Array(repeating: 0, count: count))
      var start = 0
      for (part, input) in zip(x, node.inputs) {
        for (flat, index) in Index(input.shape).enumerated() {
          var position = index
          position[axis] += start
          result.values[Index.flat(position, shape)] = part.values[flat]
          result.errors[Index.flat(position, shape)] = part.errors[flat]
        }
        start += input.shape[axis]
      }
      return result
    case .reduce(let operation, let axes): return reduce(operation, axes, x[0], node)
    case .gather(let axis):
      let source = node.inputs[0].shape
      return gathered(x[0], shape) { index in
        var position = index
        position[axis] = min(max(Int(x[1].values[index[axis]]), 0), source[axis] - 1)
        return Index.flat(position, source)
      }
    case .scatterAdd(let axis):
      var result = exact(Array(repeating: 0, count: count))
      for (flat, index) in Index(node.inputs[0].shape).enumerated() {
        var position = index
        position[axis] = min(max(Int(x[1].values[index[axis]]), 0), shape[axis] - 1)
        let target = Index.flat(position, shape)
        result.values[target] += x[0].values[flat]
        result.errors[target] += x[0].errors[flat] + rounding(result.values[target], node.dtype)
      }
      return result
    case .matmul: return matmul(x[0], x[1], node)
    case .convolution(let geometry), .convolutionInputGradient(let geometry), .convolutionKernelGradient(let geometry):
      return convolution(geometry, x[0], x[1], node)
    }
  }

  private func exact(_ values: [Double]) -> ReferenceValue {
    ReferenceValue(values: values, errors: values.map { _ in 0 })
  }

  static func read(_ storage: Storage, _ dtype: DType, _ count: Int) -> ReferenceValue {
    let bytes = storage.bytes
    let values: [Double] =
      switch dtype {
      case .float32: bytes.bindMemory(to: Float.self).map(Double.init)
      case .float64: Array(bytes.bindMemory(to: Double.self))
      case .int32: bytes.bindMemory(to: Int32.self).map(Double.init)
      case .bool: bytes.map { Double($0) }
      }
    return ReferenceValue(values: values, errors: values.map { _ in 0 })
  }

  /// What computing `value` may add to its error: a few units in the last place, or the smallest normal number.
  private func rounding(_ value: Double, _ dtype: DType) -> Double {
    switch dtype {
    case .float32: 6 * 0x1p-24 * abs(value) + 0x1p-120
    case .float64: 16 * 0x1p-53 * abs(value) + 0x1p-1000
    case .int32, .bool: 0
    }
  }

  private func gathered(_ x: ReferenceValue, _ shape: Shape, _ source: ([Int]) -> Int) -> ReferenceValue {
    var result = ReferenceValue(values: [], errors: [])
    result.values.reserveCapacity(shape.elementCount)
    result.errors.reserveCapacity(shape.elementCount)
    for index in Index(shape) {
      let flat = source(index)
      result.values.append(x.values[flat])
      result.errors.append(x.errors[flat])
    }
    return result
  }

  // MARK: Elementwise

  /// A function without turning points between x − error and x + error (or with a bounded slope given by the samples there).
  private func monotone(_ x: ReferenceValue, _ dtype: DType, _ f: (Double) -> Double) -> ReferenceValue {
    var result = x
    for i in x.values.indices {
      let (value, error) = (x.values[i], x.errors[i])
      let y = f(value)
      var bound = rounding(y, dtype)
      if error > 0 { bound += 1.5 * max(abs(f(value + error) - y), abs(f(value - error) - y)) }
      result.values[i] = y
      result.errors[i] = bound.isNaN ? .infinity : bound
    }
    return result
  }

  private func unary(_ operation: UnaryOperation, _ x: ReferenceValue, _ node: Node) -> ReferenceValue {
    let dtype = node.dtype
    switch operation {
    case .negate: return ReferenceValue(values: x.values.map { -$0 }, errors: x.errors)
    case .absolute: return ReferenceValue(values: x.values.map { abs($0) }, errors: x.errors)
    case .sign:
      return jumps(x, size: 2) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .floor:
      var result = x
      for i in x.values.indices {
        let (value, error) = (x.values[i], x.errors[i])
        result.values[i] = value.rounded(.down)
        result.errors[i] = (value + error).rounded(.down) - (value - error).rounded(.down)
      }
      return result
    case .exponential: return monotone(x, dtype) { Foundation.exp($0) }
    case .logarithm: return monotone(x, dtype) { Foundation.log($0) }
    case .log1p: return monotone(x, dtype) { Foundation.log1p($0) }
    case .expm1: return monotone(x, dtype) { Foundation.expm1($0) }
    case .squareRoot: return monotone(x, dtype) { $0.squareRoot() }
    case .reciprocalSquareRoot: return monotone(x, dtype) { 1 / $0.squareRoot() }
    case .tanh: return monotone(x, dtype) { Foundation.tanh($0) }
    case .sigmoid: return monotone(x, dtype) { 1 / (1 + Foundation.exp(-$0)) }
    case .errorFunction: return monotone(x, dtype) { Foundation.erf($0) }
    case .softplus: return monotone(x, dtype) { max($0, 0) + Foundation.log1p(Foundation.exp(-abs($0))) }
    case .sine, .cosine:
      // An absolute error: near a zero of the function the argument's own rounding counts.
      var result = x
      for i in x.values.indices {
        result.values[i] = operation == .sine ? Foundation.sin(x.values[i]) : Foundation.cos(x.values[i])
        result.errors[i] = x.errors[i] + rounding(1, dtype) + rounding(x.values[i], dtype)
      }
      return result
    case .isFinite: return exact(x.values.map { $0.isFinite ? 1 : 0 })
    case .logicalNot: return ReferenceValue(values: x.values.map { 1 - $0 }, errors: x.errors)
    }
  }

  /// A step function with jumps of the given size at 0.
  private func jumps(_ x: ReferenceValue, size: Double, _ f: (Double) -> Double) -> ReferenceValue {
    var result = x
    for i in x.values.indices {
      result.values[i] = f(x.values[i])
      result.errors[i] = x.errors[i] > 0 && abs(x.values[i]) <= x.errors[i] ? size : 0
    }
    return result
  }

  private func binary(_ operation: BinaryOperation, _ x: ReferenceValue, _ y: ReferenceValue, _ node: Node) -> ReferenceValue {
    if !node.dtype.isFloatingPoint { return integral(operation, x, y, node.dtype) }
    var result = x
    for i in x.values.indices {
      let (a, b, da, db) = (x.values[i], y.values[i], x.errors[i], y.errors[i])
      var value: Double
      var error: Double
      switch operation {
      case .add: (value, error) = (a + b, da + db)
      case .subtract: (value, error) = (a - b, da + db)
      case .multiply: (value, error) = (a * b, abs(a) * db + abs(b) * da + da * db)
      case .divide:
        value = a / b
        error = db >= abs(b) && db > 0 ? .infinity : (da + abs(value) * db) / max(abs(b) - db, .leastNonzeroMagnitude)
      case .maximum: (value, error) = (max(a, b), max(da, db))
      case .minimum: (value, error) = (min(a, b), max(da, db))
      case .power:
        value = Foundation.pow(a, b)
        let samples = [(a + da, b + db), (a + da, b - db), (a - da, b + db), (a - da, b - db)]
        error = da + db == 0 ? 0 : 1.5 * (samples.map { abs(Foundation.pow($0.0, $0.1) - value) }.max() ?? 0)
        error += 8 * rounding(value, node.dtype)
      default: preconditionFailure("\(operation) of floats")
      }
      value = value.isNaN ? .nan : value
      error += rounding(value, node.dtype)
      result.values[i] = value
      result.errors[i] = error.isNaN ? .infinity : error
    }
    return result
  }

  private func integral(_ operation: BinaryOperation, _ x: ReferenceValue, _ y: ReferenceValue, _ dtype: DType) -> ReferenceValue {
    var result = x
    for i in x.values.indices {
      let (a, b) = (Int32(x.values[i]), Int32(y.values[i]))
      let value: Int32 =
        switch operation {
        case .add: a &+ b
        case .subtract: a &- b
        case .multiply: a &* b
        case .divide: b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
        case .maximum: max(a, b)
        case .minimum: min(a, b)
        case .remainder: b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
        case .bitAnd: a & b
        case .bitOr: a | b
        case .bitXor: a ^ b
        case .shiftLeft: a << b
        case .shiftRightLogical: Int32(bitPattern: UInt32(bitPattern: a) >> UInt32(bitPattern: b))
        case .power: preconditionFailure("power of integers")
        }
      result.values[i] = Double(value)
      result.errors[i] = x.errors[i] + y.errors[i] > 0 ? (dtype == .bool ? 1 : .infinity) : 0
    }
    return result
  }

  private func compare(_ comparison: ComparisonOperation, _ x: ReferenceValue, _ y: ReferenceValue) -> ReferenceValue {
    var result = x
    for i in x.values.indices {
      let (a, b) = (x.values[i], y.values[i])
      let holds =
        switch comparison {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        }
      let error = x.errors[i] + y.errors[i]
      result.values[i] = holds ? 1 : 0
      result.errors[i] = error > 0 && !(abs(a - b) > error) ? 1 : 0
    }
    return result
  }

  private func select(_ condition: ReferenceValue, _ x: ReferenceValue, _ y: ReferenceValue) -> ReferenceValue {
    var result = x
    for i in x.values.indices {
      let holds = condition.values[i] != 0
      result.values[i] = holds ? x.values[i] : y.values[i]
      result.errors[i] = holds ? x.errors[i] : y.errors[i]
      if condition.errors[i] > 0 {
        let jump = abs(x.values[i] - y.values[i]) + x.errors[i] + y.errors[i]
        result.errors[i] = jump.isNaN ? .infinity : jump
      }
    }
    return result
  }

  private func convert(_ x: ReferenceValue, from: DType, to: DType) -> ReferenceValue {
    var result = x
    for i in x.values.indices {
      let value = to.rounded(x.values[i])
      result.values[i] = to == .float32 && from == .float64 ? x.values[i] : value
      let error = x.errors[i]
      switch to {
      case .float32, .float64: result.errors[i] = error + (from == .bool ? 0 : rounding(value, to))
      case .int32: result.errors[i] = error == 0 ? 0 : to.rounded(x.values[i] + error) - to.rounded(x.values[i] - error)
      case .bool: result.errors[i] = error > 0 && abs(x.values[i]) <= error ? 1 : 0
      }
    }
    return result
  }

  // MARK: Reductions and products

  private func reduce(_ operation: ReductionOperation, _ axes: [Int], _ x: ReferenceValue, _ node: Node) -> ReferenceValue {
    let source = node.inputs[0].shape
    let kept = source.indices.filter { !axes.contains($0) }
    let count = node.shape.elementCount
    let start: Double = operation == .sum ? 0 : operation == .maximum ? -.infinity : .infinity
    var values = [Double](repeating: start, count: count)
    var errors = [Double](repeating: 0, count: count)
    var magnitudes = errors
    for (flat, index) in Index(source).enumerated() {
      let target = Index.flat(kept.map { index[$0] }, node.shape)
      let value = x.values[flat]
      switch operation {
      case .sum:
        values[target] += value
        errors[target] += x.errors[flat]
        magnitudes[target] += abs(value)
      case .maximum:
        values[target] = value.isNaN || values[target].isNaN ? .nan : max(values[target], value)
        errors[target] = max(errors[target], x.errors[flat])
      case .minimum:
        values[target] = value.isNaN || values[target].isNaN ? .nan : min(values[target], value)
        errors[target] = max(errors[target], x.errors[flat])
      }
    }
    let terms = Double(count == 0 ? 0 : source.elementCount / count)
    for i in errors.indices where operation == .sum {
      errors[i] += rounding(magnitudes[i], node.dtype) * (1 + terms / 32)
      if node.dtype == .int32 { values[i] = Double(Int32(truncatingIfNeeded: Int64(values[i]))) }
    }
    return ReferenceValue(values: values, errors: errors)
  }

  private func matmul(_ x: ReferenceValue, _ y: ReferenceValue, _ node: Node) -> ReferenceValue {
    let k = node.inputs[0].shape[-1]
    let (m, n) = (node.shape[-2], node.shape[-1])
    var result = exact(Array(repeating: 0, count: node.shape.elementCount))
    for batch in 0..<node.shape.dimensions.dropLast(2).reduce(1, *) {
      for i in 0..<m {
        for j in 0..<n {
          var total = Products(terms: k)
          for l in 0..<k {
            total.add(x, (batch * m + i) * k + l, y, (batch * k + l) * n + j)
          }
          result.values[(batch * m + i) * n + j] = total.value
          result.errors[(batch * m + i) * n + j] = total.error + rounding(total.magnitude, node.dtype) * (1 + Double(k) / 32)
        }
      }
    }
    return result
  }

  private struct Products {
    var terms: Int
    var value = 0.0
    var error = 0.0
    var magnitude = 0.0

    init(terms: Int) { self.terms = terms }

    mutating func add(_ x: ReferenceValue, _ i: Int, _ y: ReferenceValue, _ j: Int) {
      let product = x.values[i] * y.values[j]
      value += product
      magnitude += abs(product)
      error += abs(x.values[i]) * y.errors[j] + abs(y.values[j]) * x.errors[i] + x.errors[i] * y.errors[j]
    }
  }

  private func convolution(_ g: ConvolutionGeometry, _ x: ReferenceValue, _ y: ReferenceValue, _ node: Node) -> ReferenceValue {
    let (first, second) = (node.inputs[0].shape, node.inputs[1].shape)
    let (images, kernel, output): (Shape, Shape, Shape)
    let kind: Int
    switch node.primitive {
    case .convolution: (images, kernel, output, kind) = (first, second, node.shape, 0)
    case .convolutionInputGradient: (images, kernel, output, kind) = (node.shape, second, first, 1)
    default: (images, kernel, output, kind) = (first, node.shape, second, 2)
    }
    var totals = [Products](repeating: Products(terms: 0), count: node.shape.elementCount)
    for out in Index(output) {
      for tap in Index(kernel) where tap[3] == out[3] {
        let i = out[1] * g.stride[0] + tap[0] * g.dilation[0] - g.paddingLow[0]
        let j = out[2] * g.stride[1] + tap[1] * g.dilation[1] - g.paddingLow[1]
        guard i >= 0, j >= 0, i < images[1], j < images[2] else { continue }
        let image = Index.flat([out[0], i, j, tap[2]], images)
        let (o, k) = (Index.flat(out, output), Index.flat(tap, kernel))
        switch kind {
        case 0: totals[o].add(x, image, y, k)
        case 1: totals[image].add(x, o, y, k)
        default: totals[k].add(x, image, y, o)
        }
      }
    }
    let terms = Double(output.elementCount * kernel[0] * kernel[1] * kernel[2]) / Double(max(node.shape.elementCount, 1))
    return ReferenceValue(
      values: totals.map(\.value),
      errors: totals.map { $0.error + rounding($0.magnitude, node.dtype) * (2 + terms / 16) })
  }
}

/// All positions of a shape in row-major order.
struct Index: Sequence, IteratorProtocol {
  private let shape: [Int]
  private var position: [Int]
  private var remaining: Int

  init(_ shape: Shape) {
    self.shape = shape.dimensions
    position = Array(repeating: 0, count: shape.rank)
    remaining = shape.elementCount
  }

  mutating func next() -> [Int]? {
    guard remaining > 0 else { return nil }
    remaining -= 1
    defer {
      var axis = shape.count - 1
      while axis >= 0 {
        position[axis] += 1
        if position[axis] < shape[axis] { break }
        position[axis] = 0
        axis -= 1
      }
    }
    return position
  }

  static func flat(_ position: [Int], _ shape: Shape) -> Int {
    var result = 0
    for axis in position.indices { result = result * shape.dimensions[axis] + position[axis] }
    return result
  }
}
