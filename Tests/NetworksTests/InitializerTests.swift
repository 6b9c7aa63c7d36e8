import Components
import Foundation
import Layers
import Networks
import Tensors
import Testing

@Suite("Initializers")
struct InitializerTests {
  private let key = Key(seed: 3)
  private let shape: Shape = [200, 300]

  private func measured(_ values: [Double]) -> (mean: Double, deviation: Double, low: Double, high: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot(), values.min() ?? 0, values.max() ?? 0)
  }

  @Test func constants() throws {
    #expect(try Initializer.zeros.values([3], key: key).scalars() == [0, 0, 0])
    #expect(try Initializer.ones.values([3], key: key).scalars() == [1, 1, 1])
    #expect(try Initializer.constant(-2.5).values([2, 1], key: key).scalars() == [-2.5, -2.5])
  }

  /// An initializer with the moments and bounds that its equation gives for the shape [200, 300].
  struct Moments: Sendable {
    var initializer: Initializer
    var mean = 0.0
    var variance: Double
    var low: Double
    var high: Double

    init(_ initializer: Initializer, mean: Double = 0, variance: Double, bound: Double) {
      self.initializer = initializer
      self.mean = mean
      self.variance = variance
      self.low = mean - bound
      self.high = mean + bound
    }
  }

  static let expectations: [Moments] = [
    Moments(.uniform(lower: -1, upper: 3), mean: 1, variance: 16.0 / 12, bound: 2),
    Moments(.normal(standardDeviation: 0.02), variance: 0.0004, bound: 0.11),
    // The variance of a standard normal number cut at ±2 is 0.773741.
    Moments(.truncatedNormal(standardDeviation: 0.5), variance: 0.25 * 0.773741, bound: 1),
    Moments(.glorotUniform, variance: 2.0 / 500, bound: 0.109545),
    Moments(.glorotNormal, variance: 2.0 / 500, bound: 0.36),
    Moments(.heUniform, variance: 2.0 / 200, bound: 0.173206),
    Moments(.heNormal, variance: 2.0 / 200, bound: 0.56),
    Moments(.orthogonal(gain: 1), variance: 1.0 / 300, bound: 0.35),
  ]

  /// 60,000 draws: a mean within 5 standard errors, a standard deviation within 1.5 %, and the bounds.
  @Test(arguments: InitializerTests.expectations)
  func statistics(expected: Moments) throws {
    let found = measured(try expected.initializer.values(shape, key: key).doubles())
    let deviation = expected.variance.squareRoot()
    #expect(abs(found.mean - expected.mean) < 5 * deviation / 60_000.0.squareRoot())
    #expect(abs(found.deviation / deviation - 1) < 0.015)
    #expect(found.low >= expected.low - 1e-6 && found.high <= expected.high + 1e-6)
  }

  @Test("A truncated normal reaches up to its bound and a uniform one up to both of its bounds")
  func tailsAreReached() throws {
    let truncated = measured(try Initializer.truncatedNormal(standardDeviation: 1).values(shape, key: key).doubles())
    #expect(truncated.high > 1.99 && truncated.low < -1.99)
    let uniform = measured(try Initializer.uniform(lower: 2, upper: 5).values(shape, key: key).doubles())
    #expect(uniform.low < 2.001 && uniform.high > 4.999)
  }

  static let matrices: [(Shape, Double)] = [([40, 12], 1.0), ([12, 40], 1.0), ([3, 3, 4, 8], 1.5), ([16, 16], 1.0)]

  @Test(arguments: InitializerTests.matrices)
  func orthogonality(shape: Shape, gain: Double) throws {
    let q = try Initializer.orthogonal(gain: gain).values(shape, key: key).doubles()
    let columns = shape[-1]
    let rows = q.count / columns
    // The shorter side's vectors: QᵀQ = gain² I for tall matrices, QQᵀ for wide ones.
    let isTall = rows >= columns
    let count = min(rows, columns)
    var worst = 0.0
    for a in 0..<count {
      for b in 0..<count {
        var product = 0.0
        for k in 0..<max(rows, columns) {
          product += isTall ? q[k * columns + a] * q[k * columns + b] : q[a * columns + k] * q[b * columns + k]
        }
        worst = max(worst, abs(product - (a == b ? gain * gain : 0)))
      }
    }
    #expect(worst < 1e-6)
  }

  @Test("Fans: a kernel's receptive field counts; a transposed kernel's inputs and outputs are those of its layer")
  func fans() throws {
    #expect(Fan([5, 7]) == Fan(inputs: 5, outputs: 7))
    #expect(Fan([3, 3, 8, 16]) == Fan(inputs: 72, outputs: 144))
    // Kernel 4, stride 2: an output pixel sees 2 × 2 taps of 64 channels.
    let network = try network([4, 4, 64]) { ConvTranspose2D(32, kernel: 4, stride: 2, initializer: .heNormal) }
    let kernel = try #require(network.parameters["00_conv_transpose2d/kernel"])
    #expect(kernel.shape == [4, 4, 32, 64])
    let found = measured(try kernel.doubles())
    #expect(abs(found.deviation / (2.0 / 256).squareRoot() - 1) < 0.015)
  }

  @Test("A transposed convolution's He kernel keeps the variance that He et al. derive")
  func transposedVariance() throws {
    let network = try network([16, 16, 64]) { ConvTranspose2D(32, kernel: 4, stride: 2, initializer: .heNormal) }
    let x = randomNormal([2, 16, 16, 64], key: Key(seed: 1))
    let y = try network.run(x).output.sliced(axis: 1, 2..<30).sliced(axis: 2, 2..<30)
    #expect(abs(measured(try y.doubles()).deviation / 2.0.squareRoot() - 1) < 0.05)
  }

  @Test func keysAndNothingElseDecide() throws {
    let values = try Initializer.heNormal.values([4, 4], key: key).scalars()
    #expect(try Initializer.heNormal.values([4, 4], key: key).scalars() == values)
    #expect(try Initializer.heNormal.values([4, 4], key: Key(seed: 4)).scalars() != values)
  }

  static let wordsOfInitializers: [(Initializer, String)] = [
    (.zeros, "zeros"), (.ones, "ones"), (.constant(0.5), "constant(0.5)"),
    (.uniform(lower: -1, upper: 0.25), "uniform(-1 0.25)"), (.normal(standardDeviation: 0.02), "normal(0.02)"),
    (.truncatedNormal(standardDeviation: 1e-5), "truncated-normal(1e-05)"), (.glorotUniform, "glorot-uniform"),
    (.glorotNormal, "glorot-normal"), (.heUniform, "he-uniform"), (.heNormal, "he-normal"),
    (.orthogonal(gain: 2), "orthogonal(2)"),
  ]

  @Test(arguments: InitializerTests.wordsOfInitializers)
  func words(initializer: Initializer, word: String) throws {
    #expect(initializer.description == word)
    #expect(Initializer(word) == initializer)
    let coded = try JSONEncoder().encode([initializer])
    #expect(String(decoding: coded, as: UTF8.self) == "[\"\(word)\"]")
    #expect(try JSONDecoder().decode([Initializer].self, from: coded) == [initializer])
  }

  @Test(arguments: [
    "", "normal", "normal()", "normal(", "normal(x)", "normal(1 2)", "zeros(1)", "uniform(1)", "normal(inf)", "Zeros",
  ])
  func wrongWords(word: String) {
    #expect(Initializer(word) == nil)
  }

  @Test func wrongNumbersAreNamed() {
    #expect(
      failureText { try Dense(1, initializer: .uniform(lower: 1, upper: 0)).validateFields() }
        == "dense: field 'initializer' is uniform(1 0), but must be one whose first bound is below the second")
    #expect(
      failureText { try Conv2D(1, initializer: .normal(standardDeviation: -1)).validateFields() }
        == "conv2d: field 'initializer' is normal(-1), but must be one whose standard deviation is not negative")
    #expect(
      failureText { try Dense(1, initializer: .constant(.nan)).validateFields() }
        == "dense: field 'initializer' is constant(nan), but must be one with finite numbers")
    #expect(Initializer.uniform(lower: 1, upper: 0).values([2], key: key).failure != nil)
  }
}
