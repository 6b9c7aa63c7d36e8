import Foundation
import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// Forward values against straightforward loops.
@Suite struct ValueTests {
  private static let x: [Float] = (0..<37).map { Float($0) * 0.17 - 3 }

  /// Values within a few units in the last place.
  private func expectClose(
    _ tensor: Tensor, _ expected: [Double], ulps: Double = 6, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let values = try tensor.doubles()
    try #require(values.count == expected.count, sourceLocation: sourceLocation)
    for (value, want) in zip(values, expected) {
      let fits = want.isNaN ? value.isNaN : value == want || abs(value - want) <= ulps * 0x1p-24 * abs(want) + 1e-37
      #expect(fits, "\(value), not \(want)", sourceLocation: sourceLocation)
    }
  }

  private struct UnaryCase: Sendable {
    var name: String
    var tensor: @Sendable (Tensor) -> Tensor
    var scalar: @Sendable (Double) -> Double
  }

  private static let unary: [UnaryCase] = [
    UnaryCase(name: "negate", tensor: { -$0 }, scalar: { -$0 }),
    UnaryCase(name: "abs", tensor: { abs($0) }, scalar: { abs($0) }),
    UnaryCase(name: "sign", tensor: { sign($0) }, scalar: { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
    UnaryCase(name: "exp", tensor: { exp($0) }, scalar: { Foundation.exp($0) }),
    UnaryCase(name: "log", tensor: { log($0) }, scalar: { Foundation.log($0) }),
    UnaryCase(name: "log1p", tensor: { log1p($0) }, scalar: { Foundation.log1p($0) }),
    UnaryCase(name: "expm1", tensor: { expm1($0) }, scalar: { Foundation.expm1($0) }),
    UnaryCase(name: "sqrt", tensor: { sqrt($0) }, scalar: { $0.squareRoot() }),
    UnaryCase(name: "rsqrt", tensor: { reciprocalSquareRoot($0) }, scalar: { 1 / $0.squareRoot() }),
    UnaryCase(name: "tanh", tensor: { tanh($0) }, scalar: { Foundation.tanh($0) }),
    UnaryCase(name: "sigmoid", tensor: { sigmoid($0) }, scalar: { 1 / (1 + Foundation.exp(-$0)) }),
    UnaryCase(name: "sin", tensor: { sin($0) }, scalar: { Foundation.sin($0) }),
    UnaryCase(name: "cos", tensor: { cos($0) }, scalar: { Foundation.cos($0) }),
    UnaryCase(name: "floor", tensor: { floor($0) }, scalar: { $0.rounded(.down) }),
    UnaryCase(name: "erf", tensor: { erf($0) }, scalar: { Foundation.erf($0) }),
    UnaryCase(name: "softplus", tensor: { softplus($0) }, scalar: { Foundation.log1p(Foundation.exp($0)) }),
    UnaryCase(name: "leakyReLU", tensor: { leakyReLU($0, slope: 0.25) }, scalar: { $0 > 0 ? $0 : 0.25 * $0 }),
    UnaryCase(name: "square", tensor: { square($0) }, scalar: { $0 * $0 }),
    UnaryCase(name: "clamp", tensor: { clamp($0, to: -1...2) }, scalar: { min(max($0, -1), 2) }),
    UnaryCase(name: "cube", tensor: { pow($0, 3) }, scalar: { $0 * $0 * $0 }),
  ]

  @Test(arguments: ValueTests.unary.indices) func unaryFunctions(index: Int) throws {
    let it = ValueTests.unary[index]
    try expectClose(it.tensor(Tensor(ValueTests.x)), ValueTests.x.map { it.scalar(Double($0)) })
    // The same inside a longer kernel, and in float64.
    try expectClose(it.tensor(Tensor(ValueTests.x) * 0.5) * 2, ValueTests.x.map { 2 * it.scalar(Double($0 * 0.5)) })
    let double = try it.tensor(Tensor(float64: ValueTests.x.map(Double.init))).doubles()
    for (value, want) in zip(double, ValueTests.x.map { it.scalar(Double($0)) }) {
      #expect(want.isNaN ? value.isNaN : value == want || abs(value - want) <= 1e-14 * abs(want), "\(it.name): \(value), not \(want)")
    }
  }

  @Test func binaryFunctionsOfFloats() throws {
    let a = ValueTests.x
    let b = a.reversed().map { $0 * 0.7 + 0.03 }
    let (x, y) = (Tensor(a), Tensor(b))
    func expected(_ f: (Double, Double) -> Double) -> [Double] { zip(a, b).map { f(Double($0), Double($1)) } }
    try expectClose(x + y, expected { Double(Float($0 + $1)) }, ulps: 0)
    try expectClose(x - y, expected { Double(Float($0 - $1)) }, ulps: 0)
    try expectClose(x * y, expected { Double(Float($0 * $1)) }, ulps: 0)
    try expectClose(x / y, expected { Double(Float($0 / $1)) }, ulps: 1)
    try expectClose(maximum(x, y), expected(max), ulps: 0)
    try expectClose(minimum(x, y), expected(min), ulps: 0)
    try expectClose(pow(abs(x), y), expected { Foundation.pow(abs($0), $1) }, ulps: 16)
    try expectClose(select(x.isLess(than: y), x, y * 2), expected { $0 < $1 ? $0 : 2 * $1 }, ulps: 0)
    try expectClose(2 - x, a.map { Double(2 - $0) }, ulps: 0)
    try expectClose(2 / x, a.map { Double(2 / $0) }, ulps: 1)
  }

  @Test func comparisonsAndNotANumber() throws {
    let x = Tensor([1, 2, .nan, 3])
    let y = Tensor([1, 3, 1, 2])
    #expect(try x.isEqual(to: y).integers() == [1, 0, 0, 0])
    #expect(try x.isNotEqual(to: y).integers() == [0, 1, 1, 1])
    #expect(try x.isLess(than: y).integers() == [0, 1, 0, 0])
    #expect(try x.isLessOrEqual(to: y).integers() == [1, 1, 0, 0])
    #expect(try x.isGreater(than: y).integers() == [0, 0, 0, 1])
    #expect(try x.isGreaterOrEqual(to: y).integers() == [1, 0, 0, 1])
    #expect(try x.isFinite.integers() == [1, 1, 0, 1])
    #expect(try x.isFinite.all().item() == 0)
    #expect(try y.isFinite.all().item() == 1)
    for (value, isMissing) in zip(try (maximum(x, y) + minimum(x, y)).scalars(), [false, false, true, false]) {
      #expect(value.isNaN == isMissing)
    }
    #expect(try x.maximum().item().isNaN)
  }

  @Test func integersAndTruthValues() throws {
    let a: [Int32] = [7, -7, .max, .min, 0, 13]
    let b: [Int32] = [3, 3, 1, -1, 0, 6]
    let (x, y) = (Tensor(int32: a), Tensor(int32: b))
    func expected(_ f: (Int32, Int32) -> Int32) -> [Int] { zip(a, b).map { Int(f($0, $1)) } }
    #expect(try (x + y).integers() == expected(&+))
    #expect(try (x - y).integers() == expected(&-))
    #expect(try (x * y).integers() == expected(&*))
    #expect(try (x / y).integers() == [2, -2, Int(Int32.max), Int(Int32.min), 0, 2])
    #expect(try (x % y).integers() == [1, -1, 0, 0, 0, 1])
    #expect(try (x & y).integers() == expected(&))
    #expect(try (x | y).integers() == expected(|))
    #expect(try (x ^ y).integers() == expected(^))
    #expect(try maximum(x, y).integers() == expected(max))
    #expect(try minimum(x, y).integers() == expected(min))
    #expect(try x.shiftedLeft(by: 3).integers() == a.map { Int($0 << 3) })
    #expect(try x.shiftedRightLogically(by: 3).integers() == a.map { Int(UInt32(bitPattern: $0) >> 3) })
    #expect(try sign(x).integers() == [1, -1, 1, -1, 0, 1])
    #expect(try x.sum().integers() == [Int(a.reduce(0, &+))])
    #expect(try x.maximum().integers() == [Int(Int32.max)])
    let (p, q) = (Tensor(bool: [true, true, false, false]), Tensor(bool: [true, false, true, false]))
    #expect(try (p & q).integers() == [1, 0, 0, 0])
    #expect(try (p | q).integers() == [1, 1, 1, 0])
    #expect(try (p ^ q).integers() == [0, 1, 1, 0])
    #expect(try (!p).integers() == [0, 0, 1, 1])
    #expect(try select(p, q, !q).integers() == [1, 0, 0, 1])
    #expect(try p.converted(to: .float32).sum().item() == 2)
  }

  @Test func conversions() throws {
    let x = Tensor([2.9, -2.9, 3e9, -3e9, .nan, 0])
    #expect(try x.converted(to: .int32).integers() == [2, -2, Int(Int32.max), Int(Int32.min), 0, 0])
    #expect(try x.converted(to: .bool).integers() == [1, 1, 1, 1, 1, 0])
    #expect(try Tensor(float64: [0.1]).converted(to: .float32).doubles() == [Double(Float(0.1))])
    #expect(try Tensor(int32: [16_777_217]).converted(to: .float64).doubles() == [16_777_217])
    // Constants round as the elements of their type do.
    #expect(try Tensor(0.1).converted(to: .float64).item() == Double(Float(0.1)))
    #expect(try Tensor(2.7, dtype: .int32).converted(to: .float32).item() == 2)
    #expect(try Tensor(1e20, dtype: .int32).item() == Double(Int32.max))
    #expect(try Tensor(-.infinity, dtype: .int32).item() == Double(Int32.min))
    #expect(try Tensor(3, dtype: .bool).converted(to: .int32).item() == 1)
  }

  @Test func zerosKeepTheirSigns() throws {
    let x = Tensor(0, shape: [2])
    let y = Tensor(-0.0, shape: [2])
    let both = concatenated([x, y])
    #expect(try (1 / both).scalars() == [.infinity, .infinity, -.infinity, -.infinity])
  }

  // MARK: Broadcasting, views, movement

  @Test func broadcasting() throws {
    let row = Tensor([1, 2, 3])
    let column = Tensor([10, 20], shape: [2, 1])
    #expect((row + column).shape == [2, 3])
    #expect(try (row + column).scalars() == [11, 12, 13, 21, 22, 23])
    #expect(try (Tensor(5) * row).scalars() == [5, 10, 15])
    #expect(try row.broadcast(to: [2, 3]).scalars() == [1, 2, 3, 1, 2, 3])
    #expect(try column.broadcast(to: [2, 2]).sum().item() == 60)
    #expect(try row.broadcast(to: [2, 3]).transposed().scalars() == [1, 1, 2, 2, 3, 3])
    #expect(try row.broadcast(to: [2, 3]).reshaped([6]).scalars() == [1, 2, 3, 1, 2, 3])
    #expect(try (row.expandingDimension(at: 0) - row.expandingDimension(at: 1)).scalars() == [0, 1, 2, -1, 0, 1, -2, -1, 0])
  }

  private func counting(_ shape: Shape) -> Tensor { Tensor((0..<shape.elementCount).map(Float.init), shape: shape) }

  @Test func views() throws {
    let x = counting([2, 3, 4])
    let t = x.transposed([2, 0, 1])
    #expect(t.shape == [4, 2, 3])
    #expect(try t.scalars() == (0..<4).flatMap { k in (0..<6).map { Float($0 * 4 + k) } })
    let s = t.sliced(axis: 0, 1..<4, stride: 2).sliced(axis: -1, 1..<3)
    // Element (k, i, j) is that of x at (i, j + 1, 2k + 1).
    let expected: [Float] = [5, 9, 17, 21, 7, 11, 19, 23]
    #expect(s.shape == [2, 2, 2])
    #expect(try s.scalars() == expected)
    #expect(try (s + 1).scalars() == expected.map { $0 + 1 })
    #expect(try s.reshaped([8]).scalars() == expected)
    #expect(try (s.reshaped([4, 2]).transposed() * 2).scalars() == [0, 2, 4, 6, 1, 3, 5, 7].map { expected[$0] * 2 })
    let sums: [Float] = [expected[0] + expected[1] + expected[4] + expected[5], expected[2] + expected[3] + expected[6] + expected[7]]
    #expect(try s.sum(axes: [0, 2]).scalars() == sums)
    // The first part of a value is a value of its own.
    let y = x * 3
    try evaluate([y.sliced(axis: 0, 0..<1), y.sliced(axis: 0, 0..<1).reshaped([12])])
    let parts = [y.sliced(axis: 0, 0..<1), y.sliced(axis: 0, 1..<2)]
    #expect(try parts.map { try $0.scalars() } == [(0..<12).map { Float($0 * 3) }, (12..<24).map { Float($0 * 3) }])
    let program = try Program(parameters: [TensorType([2, 3, 4])]) { [$0[0] * 3, ($0[0] * 3).sliced(axis: 0, 0..<1)] }
    let outputs = try program.run([x])
    #expect(try outputs[0].scalars() == y.scalars())
    #expect(try outputs[1].scalars() == parts[0].scalars())
  }

  @Test func movement() throws {
    let x = counting([2, 3])
    #expect(try x.reversed(axes: [1]).scalars() == [2, 1, 0, 5, 4, 3])
    #expect(try x.reversed(axes: [0, 1]).scalars() == [5, 4, 3, 2, 1, 0])
    #expect(
      try x.padded(low: [0, 1], high: [1, 0], interior: [0, 1], value: 9).scalars() == [
        9, 0, 9, 1, 9, 2, 9, 3, 9, 4, 9, 5, 9, 9, 9, 9, 9, 9,
      ])
    #expect(try concatenated([x, x * 10], axis: 1).scalars() == [0, 1, 2, 0, 10, 20, 3, 4, 5, 30, 40, 50])
    #expect(stacked([x, -x], axis: 1).shape == [2, 2, 3])
    #expect(try stacked([x, -x], axis: 1).scalars() == [0, 1, 2, 0, -1, -2, 3, 4, 5, -3, -4, -5])
    #expect(try x.gathered(Tensor(int32: [2, 0, 9, -1]), axis: 1).scalars() == [2, 0, 2, 0, 5, 3, 5, 3])
    #expect(try x.scatterAdded(Tensor(int32: [1, 1]), axis: 0, size: 3).scalars() == [0, 0, 0, 3, 5, 7, 0, 0, 0])
    #expect(try Tensor.iota([2, 3], axis: 1).integers() == [0, 1, 2, 0, 1, 2])
    #expect(try Tensor.iota([2, 3], axis: 0).integers() == [0, 0, 0, 1, 1, 1])
    #expect(x.flattened().shape == [6] && counting([2, 3, 4]).flattened(from: 1).shape == [2, 12])
    #expect(x.reshaped([3, -1]).shape == [3, 2])
  }

  @Test func emptyTensors() throws {
    let x = Tensor([], shape: [0, 3])
    #expect(try x.sum().item() == 0)
    #expect(try x.sum(axes: [0]).scalars() == [0, 0, 0])
    #expect(try (x + 1).scalars() == [])
    #expect(try matmul(x.transposed(), x).scalars() == Array(repeating: 0, count: 9))
    #expect(try tanh(matmul(x.transposed(), x) + Tensor([0, 1, 2])).scalars().suffix(3) == [0, Foundation.tanh(1), Foundation.tanh(2)])
    #expect(try concatenated([x, Tensor([1, 2, 3], shape: [1, 3])]).scalars() == [1, 2, 3])
    #expect(try x.padded(low: [1, 0], high: [0, 0]).scalars() == [0, 0, 0])
    // The zeros must be there in every run, whatever shares their memory.
    let program = try Program(parameters: [TensorType([0, 3]), TensorType([3])]) { [tanh(exp($0[1]) * 2) + $0[0].sum(axes: [0])] }
    for _ in 0..<3 { #expect(try program.run([x, Tensor([-200, -200, -200])])[0].scalars() == [0, 0, 0]) }
  }

  // MARK: Reductions and products

  @Test func reductions() throws {
    let x = counting([2, 3, 4])
    #expect(try x.sum().item() == 276)
    #expect(try x.sum(axes: [1]).scalars() == [12, 15, 18, 21, 48, 51, 54, 57])
    #expect(try x.sum(axes: [0, 2], keepingDimensions: true).scalars() == [60, 92, 124])
    #expect(x.sum(axes: [0, 2], keepingDimensions: true).shape == [1, 3, 1])
    #expect(try x.maximum(axes: [0, 1]).scalars() == [20, 21, 22, 23])
    #expect(try x.minimum(axes: [-1]).scalars() == [0, 4, 8, 12, 16, 20])
    #expect(try x.mean(axes: [2]).scalars() == [1.5, 5.5, 9.5, 13.5, 17.5, 21.5])
    #expect(try x.variance(axes: [2]).scalars() == Array(repeating: 1.25, count: 6))
    let ones = Tensor.ones([1000, 1000])
    #expect(try (ones + Tensor.zeros([1000, 1])).sum().item() == 1_000_000)
  }

  @Test func softmaxIsStable() throws {
    let x = Tensor([1, 2, 3, 1000, 1001, 1002], shape: [2, 3])
    let rows = try x.softmax().doubles()
    let total = (1...3).reduce(0) { $0 + Foundation.exp(Double($1)) }
    for (index, value) in rows.enumerated() { #expect(abs(value - Foundation.exp(Double(index % 3 + 1)) / total) < 1e-6) }
    let columns = try x.softmax(axis: 0).doubles()
    #expect(columns == [0, 0, 0, 1, 1, 1])
    // d softmaxᵢ / dxⱼ = sᵢ (δᵢⱼ − sⱼ)
    let y = Tensor(float64: [0.5, -1, 2])
    let s = try y.softmax().doubles()
    let slope = try gradient(of: y.softmax().sliced(axis: 0, 0..<1).sum(), at: y).doubles()
    for j in 0..<3 { #expect(abs(slope[j] - s[0] * ((j == 0 ? 1 : 0) - s[j])) < 1e-15) }
  }

  @Test func matrixProducts() throws {
    let a = counting([2, 3])
    let b = counting([3, 2])
    #expect(try matmul(a, b).scalars() == [10, 13, 28, 40])
    #expect(try matmul(a, a.transposed()).scalars() == [5, 14, 14, 50])
    #expect(try matmul(a.transposed(), a).scalars() == [9, 12, 15, 12, 17, 22, 15, 22, 29])
    #expect(try matmul(a.sliced(axis: 1, 0..<3, stride: 2), b.sliced(axis: 0, 0..<2)).scalars() == [4, 6, 10, 18])
    let batches = counting([2, 2, 3])
    #expect(matmul(batches, b).shape == [2, 2, 2])
    #expect(try matmul(batches, b).scalars() == [10, 13, 28, 40, 46, 67, 64, 94])
    #expect(try matmul(a.broadcast(to: [2, 2, 3]), b).scalars() == [10, 13, 28, 40, 10, 13, 28, 40])
    #expect(try matmul(Tensor.ones([2, 0]), Tensor.ones([0, 2])).scalars() == [0, 0, 0, 0])
    #expect(try matmul(batches.converted(to: .float64), b.converted(to: .float64)).doubles() == [10, 13, 28, 40, 46, 67, 64, 94])
  }

  @Test(arguments: [DType.float32, .float64]) func convolutionsAgainstLoops(dtype: DType) throws {
    var draw = Draw(77)
    for _ in 0..<40 {
      let (kh, kw) = (1 + draw.below(4), 1 + draw.below(4))
      let images = random([1 + draw.below(3), 4 + draw.below(6), 4 + draw.below(6), draw.pick([1, 3, 8])], dtype, &draw)
      let kernel = random([kh, kw, images.shape[3], draw.pick([1, 5, 16])], dtype, &draw)
      let padding: Padding =
        draw.chance(40)
        ? .same
        : draw.chance(50) ? .valid : .explicit(vertical: [draw.below(3), draw.below(3)], horizontal: [draw.below(3), draw.below(3)])
      let stride = (1 + draw.below(3), 1 + draw.below(3))
      let y = convolution(images, kernel, stride: stride, padding: padding, dilation: (1 + draw.below(2), 1))
      if y.failure != nil { continue }
      var outputs = [y, leakyReLU(y + random([kernel.shape[3]], dtype, &draw), slope: 0.2)]
      outputs += gradient(of: (y * y).sum(), at: [images, kernel])
      let up = transposedConvolution(y, kernel, stride: stride, padding: padding)
      if up.failure == nil { outputs.append(tanh(up)) }
      try evaluate(outputs)
      for output in outputs {
        var reference = ReferenceInterpreter(parameters: [])
        let expected = reference.value(of: output)
        for (index, value) in try output.doubles().enumerated() {
          #expect(abs(value - expected.values[index]) <= expected.errors[index], "\(images.shape) \(kernel.shape) \(stride) \(padding)")
        }
      }
    }
  }

  private func random(_ shape: Shape, _ dtype: DType, _ draw: inout Draw) -> Tensor {
    Tensor(float64: (0..<shape.elementCount).map { _ in draw.number() }, shape: shape).converted(to: dtype)
  }

  // MARK: Random tensors

  @Test func randomTensorsEqualTheirKeysDraws() throws {
    let key = Key(seed: 9).derived("latent")
    for step in [0, 1, 70_000] {
      let counter = Tensor(int32: [Int32(step)], shape: [])
      let bits = try randomBits([5, 13], key: key, step: counter).integers()
      #expect(bits == (0..<65).map { Int(Int32(bitPattern: key.bits(element: $0, step: step))) })
      let uniform = try randomUniform([5, 13], key: key, step: counter).scalars()
      #expect(uniform == (0..<65).map { key.uniform(element: $0, step: step) })
    }
    #expect(try randomUniform([4000], key: key).scalars() == (0..<4000).map { key.uniform(element: $0) })
    let scaled = try randomUniform([100], in: -2..<6, key: key).scalars()
    #expect(scaled == (0..<100).map { key.uniform(element: $0) * 8 - 2 })
    #expect(try randomUniform([10], key: key).scalars() != randomUniform([10], key: Key(seed: 9).derived("other")).scalars())
    // The counter is a parameter: each run draws anew.
    let program = try Program(parameters: [TensorType([], .int32)], donations: [1: 0]) {
      [randomUniform([8], key: key, step: $0[0]), $0[0] + 1]
    }
    for step in 0..<3 {
      try program.execute()
      #expect(try program.output(0).scalars() == (0..<8).map { key.uniform(element: $0, step: step) })
    }
  }

  @Test func momentsOfNormals() throws {
    let x = try randomNormal([400, 500], key: Key(seed: 3)).materialized()
    let count = 200_000.0
    #expect(abs(try x.mean().item()) < 4 / count.squareRoot())
    #expect(abs(try x.variance().item() - 1) < 4 * (2 / count).squareRoot())
    #expect(abs(try (x * x * x).mean().item()) < 4 * (15 / count).squareRoot())
    #expect(abs(try pow(x, 4).mean().item() - 3) < 4 * (96 / count).squareRoot())
    #expect(try x.isFinite.all().item() == 1)
    let rate = try randomBernoulli([200_000], probability: 0.3, key: Key(seed: 4)).mean().item()
    #expect(abs(rate - 0.3) < 4 * (0.21 / count).squareRoot())
  }

  // MARK: Graphs

  @Test func evaluatingTwiceGivesTheSameValues() throws {
    let x = randomNormal([33], key: Key(seed: 1))
    let y = tanh(x) * 2
    let first = try y.scalars()
    #expect(try y.scalars() == first)
    #expect(try (y + 0).scalars() == first)
    try evaluate([x, y, y])
    #expect(try y.materialized().scalars() == first)
    #expect(try tanh(x).scalars().map { $0 * 2 } == first)
  }

  @Test func aLongChainIsReleasedInALoop() throws {
    var x: Tensor? = Tensor([1])
    weak let first = x?.node
    for _ in 0..<200_000 { x = x.map { -$0 } }
    #expect(first != nil)
    x = nil
    #expect(first == nil)
  }

  @Test func aLongChainIsEvaluated() throws {
    var x = Tensor([1, 2])
    for _ in 0..<5000 { x = sin(x) + 1 }
    #expect(abs(try x.scalars()[0] - 1.93456321) < 1e-5)  // the fixed point of sin(x) + 1
  }
}
