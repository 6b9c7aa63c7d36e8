@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// Random numbers of a test, by position in a stream.
struct Draw {
  private let key: Key
  private var element = 0

  init(_ seed: Int) { key = Key(seed: UInt64(seed)) }

  mutating func below(_ bound: Int) -> Int {
    element += 1
    return key.integer(below: bound, element: element)
  }

  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Uniform in [−2, 2), on a grid that float32 holds exactly.
  mutating func number() -> Double {
    element += 1
    return Double(key.uniform(element: element)) * 4 - 2
  }
}

/// A random expression graph over parameters: elementwise operations, reductions, views, movement, products, and gradients of all that.
struct RandomGraph {
  var parameters: [Tensor] = []
  var outputs: [Tensor] = []
  private var draw: Draw
  private var pool: [Tensor] = []
  private let dtype: DType
  private let sizes: [Int]
  private let limit: Int

  /// - Parameter large: sizes that span several tiles and chunks of a kernel.
  init(seed: Int, dtype: DType, large: Bool) {
    draw = Draw(seed)
    self.dtype = dtype
    sizes = large ? [1, 3, 16, 40, 130, 700] : [1, 1, 2, 3, 4, 5, 8, 17]
    limit = large ? 40_000 : 1200
    for _ in 0..<(2 + draw.below(4)) {
      let parameter = Tensor.placeholder(randomShape(), dtype: dtype)
      parameters.append(parameter)
      pool.append(parameter)
    }
    for _ in 0..<(large ? 12 : 6 + draw.below(30)) { grow() }
    for _ in 0..<(1 + draw.below(4)) { outputs.append(draw.chance(70) ? draw.pick(Array(pool.suffix(6))) : draw.pick(pool)) }
    if draw.chance(60) {
      let source = draw.pick(Array(pool.suffix(5)))
      if source.dtype == dtype { outputs += gradient(of: (source * source).mean(), at: parameters) }
    }
    if draw.chance(20) { outputs.append(draw.pick(parameters)) }
  }

  private mutating func randomShape() -> Shape {
    while true {
      let shape = Shape((0..<draw.below(4)).map { _ in draw.pick(sizes) })
      if shape.elementCount <= limit { return shape }
    }
  }

  private mutating func keep(_ tensor: Tensor) {
    precondition(tensor.failure == nil, "\(tensor)")
    if tensor.elementCount <= limit, tensor.elementCount > 0, tensor.rank <= 6 { pool.append(tensor) }
  }

  private mutating func any() -> Tensor { draw.chance(60) ? draw.pick(Array(pool.suffix(5))) : draw.pick(pool) }

  /// A value that broadcasts with `x`.
  private mutating func partner(of x: Tensor) -> Tensor {
    let fitting = pool.filter { other in
      guard other.dtype == x.dtype, let shape = broadcastShape(x.shape, other.shape) else { return false }
      return shape.elementCount <= limit
    }
    if !fitting.isEmpty, draw.chance(75) { return draw.pick(fitting) }
    // One of the same elements along one axis, averaged, or a number.
    if x.rank > 0, draw.chance(50) {
      return x.sum(axes: [draw.below(x.rank)], keepingDimensions: true) * 0.125
    }
    return Tensor(draw.number(), dtype: x.dtype)
  }

  private mutating func grow() {
    let x = any()
    switch draw.below(20) {
    case 0...4: keep(unary(x))
    case 5...8: keep(binary(x, partner(of: x)))
    case 9:
      let y = partner(of: x)
      keep(draw.chance(50) ? select(x.isLess(than: y), x * 0.5, y) : select(x.isGreater(than: 0.25), y, tanh(x)))
    case 10, 11: keep(reduce(x))
    case 12:
      guard x.rank > 0 else { return }
      var permutation = Array(0..<x.rank)
      for i in permutation.indices.reversed() { permutation.swapAt(i, draw.below(i + 1)) }
      keep(x.transposed(permutation))
    case 13: keep(slice(x))
    case 14: keep(x.reshaped(regrouped(x.shape)))
    case 15:
      let target = Shape((draw.chance(50) ? [draw.pick([2, 3])] : []) + x.shape.dimensions.map { $0 == 1 ? draw.pick([1, 2, 5]) : $0 })
      keep(x.broadcast(to: target))
    case 16, 17: keep(product(x))
    default: keep(movement(x))
    }
  }

  private mutating func unary(_ x: Tensor) -> Tensor {
    switch draw.below(17) {
    case 0: return -x
    case 1: return abs(x)
    case 2: return tanh(x)
    case 3: return sigmoid(x)
    case 4: return exp(tanh(x))
    case 5: return log(abs(x) + 0.5)
    case 6: return sqrt(abs(x) + 0.25)
    case 7: return reciprocalSquareRoot(square(x) + 0.5)
    case 8: return sin(tanh(x) * 3)
    case 9: return cos(tanh(x))
    case 10: return softplus(x)
    case 11: return leakyReLU(x, slope: draw.pick([0, 0.2]))
    case 12: return erf(x)
    case 13: return floor(x * 2) * 0.5 + x
    case 14: return sign(x) * x
    case 15: return pow(abs(x) + 0.5, draw.pick([1.5, 2, 3, -1, 1, 0]))
    default: return expm1(tanh(x)) + log1p(abs(x))
    }
  }

  private mutating func binary(_ x: Tensor, _ y: Tensor) -> Tensor {
    switch draw.below(8) {
    case 0, 1: return x + y
    case 2: return x - y
    case 3: return x * y
    case 4: return x / (abs(y) + 0.5)
    case 5: return maximum(x, y)
    case 6: return minimum(x, y)
    default: return y - x * draw.number()
    }
  }

  private mutating func reduce(_ x: Tensor) -> Tensor {
    guard x.rank > 0 else { return x + 1 }
    let axes = (0..<x.rank).filter { _ in draw.chance(50) }
    let keeps = draw.chance(50)
    switch draw.below(6) {
    case 0: return x.maximum(axes: axes, keepingDimensions: keeps)
    case 1: return x.minimum(axes: axes, keepingDimensions: keeps)
    case 2: return x.softmax(axis: draw.below(x.rank))
    case 3: return x - x.mean(axes: axes, keepingDimensions: true)
    case 4: return x.variance(axes: axes, keepingDimensions: keeps)
    default: return x.mean(axes: axes, keepingDimensions: keeps)
    }
  }

  private mutating func slice(_ x: Tensor) -> Tensor {
    guard x.rank > 0 else { return x }
    let axis = draw.below(x.rank)
    let start = draw.below(x.shape[axis])
    let end = start + 1 + draw.below(x.shape[axis] - start)
    return x.sliced(axis: axis, start..<end, stride: 1 + draw.below(3))
  }

  private mutating func regrouped(_ shape: Shape) -> Shape {
    var rest = shape.elementCount
    var result: [Int] = []
    while rest > 1, result.count < 3 {
      let divisors = (1...min(rest, 64)).filter { rest % $0 == 0 }
      let size = draw.pick(divisors)
      result.append(size)
      rest /= size
    }
    return Shape(result + [rest])
  }

  private mutating func product(_ x: Tensor) -> Tensor {
    guard x.rank >= 2 else { return x * 0.5 }
    let fitting = pool.filter { $0.rank >= 2 && $0.dtype == x.dtype && $0.shape[-2] == x.shape[-1] }
      .filter { broadcastShape(Shape(x.shape.dimensions.dropLast(2)), Shape($0.shape.dimensions.dropLast(2))) != nil }
    let right = fitting.isEmpty || draw.chance(40) ? x.transposed() : draw.pick(fitting)
    let work = x.elementCount * right.shape[-1] * right.shape.dimensions.dropLast(2).reduce(1, *)
    guard work < 20 * limit else { return tanh(x) }
    var y = matmul(x, right) * (1 / Double(x.shape[-1]))
    if draw.chance(40) { y = matmul(x, right) }
    if draw.chance(50) {
      let bias = pool.filter { $0.rank == 1 && $0.shape[0] == y.shape[-1] }
      y += bias.isEmpty ? y.sliced(axis: -2, 0..<1) : draw.pick(bias)
    }
    if draw.chance(50) { y = draw.pick([leakyReLU(y, slope: 0.2), tanh(y), sigmoid(y)]) }
    return y
  }

  private mutating func movement(_ x: Tensor) -> Tensor {
    guard x.rank > 0 else { return stacked([x, x + 1]) }
    let axis = draw.below(x.rank)
    switch draw.below(4) {
    case 0: return concatenated([x, x * 2, tanh(x)], axis: axis)
    case 1: return x.reversed(axes: [axis])
    case 2:
      return x.padded(
        low: x.shape.indices.map { _ in draw.below(2) }, high: x.shape.indices.map { _ in draw.below(2) },
        interior: x.shape.indices.map { _ in draw.below(2) }, value: draw.pick([0, 1.5]))
    default:
      let indices = Tensor(int32: (0..<(1 + draw.below(6))).map { _ in Int32(draw.below(x.shape[axis])) })
      return x.gathered(indices, axis: axis)
    }
  }
}
