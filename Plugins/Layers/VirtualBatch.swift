import Components
import Networks
import Tensors

/// Layers that see a reference batch beside every sample, so that ``VirtualBatchNorm`` among them normalizes by statistics of samples that never
/// change. `[n, …]` becomes what its layers make of it.
///
/// The reference is the beginning of the first batch that the layer is trained with: real samples in a discriminator, latent vectors in a
/// generator; a smaller batch is repeated. Until then it is zeros. Its share of the work is that of `reference` more samples in each pass. Layers
/// that read a condition do not fit in it.
///
/// Parameters: those of its layers, below `layers`; state: `reference` `[reference] + sample`, `isSet` `[1]`.
public struct VirtualBatch: CompositeLayer {
  public static let name = "virtual-batch"
  public static let summary = "Layers that see a fixed reference batch beside every sample, for virtual batch normalization."
  public static let equation = "y = layers([reference, x]) without the reference's rows"
  public static let reference = "Salimans et al. 2016, section 3.5"
  public static let fieldDescriptions = [
    "layers": "The layers that see the reference beside each sample",
    "samples": "How many samples the reference has; at least 2",
  ]

  /// How many samples the reference has; at least 2.
  public var samples = 64
  /// The layers that see the reference beside each sample.
  public var layers: Sequential

  public init() {
    layers = Sequential()
  }

  /// Layers beside a reference of the given size.
  public init(samples: Int = 64, @LayerBuilder _ layers: () -> [PlacedLayer]) {
    self.samples = samples
    self.layers = Sequential(layers())
  }

  public var stacks: KeyValuePairs<String, Sequential> { ["layers": layers] }
  /// In the first batch of training, which the reference is taken from.
  public var mixesSamples: Bool { true }

  public func validateFields() throws {
    try checkPositive("samples", samples)
    try check("samples", samples, samples >= 2, "a whole number of at least 2")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs samples of at least one number, as in [N, features]") }
    let n = x.shape[0]
    let shape = Shape([samples] + x.shape.dimensions.dropFirst())
    var reference = try scope.state("reference", shape, initializer: .zeros)
    let isSet = try scope.state("isSet", [1], initializer: .zeros)
    if scope.isTraining {
      let repeated = n >= samples ? x : concatenated(Array(repeating: x, count: (samples + n - 1) / n))
      let wasSet = isSet.isGreater(than: 0.5).reshaped(Shape(shape.map { _ in 1 })).broadcast(to: shape)
      reference = select(wasSet, reference, repeated.sliced(axis: 0, 0..<samples))
      try scope.setState("reference", to: reference)
      try scope.setState("isSet", to: .ones([1], dtype: x.dtype))
    }
    let entry = Batch.Entry(Field(VirtualBatchNorm.referenceName, shape: []), .zeros([samples], dtype: x.dtype))
    let y = try layers(concatenated([reference, x]), in: scope.child("layers").giving(entry)).validated()
    guard y.rank >= 1, y.shape[0] == samples + n else { throw NetworkError("its layers give \(y.shape), not a row for each sample") }
    return y.sliced(axis: 0, samples..<(samples + n))
  }
}

/// Normalizes each channel by the statistics of a reference batch, in which the sample itself counts as one more: `[n, channels]` or
/// `[n, height, width, channels]`. It stands in a ``VirtualBatch``.
///
/// Parameters: `gamma` (ones) and `beta` (zeros), each `[channels]`.
public struct VirtualBatchNorm: Layer {
  public static let name = "virtual-batch-norm"
  public static let summary = "Normalizes each channel by a reference batch and the sample itself, then scales and shifts it."
  public static let equation =
    "y = gamma (x - m) / sqrt(v + epsilon) + beta,  m and v over the reference, of weight n / (n + 1), and the sample"
  public static let reference = "Salimans et al. 2016, section 3.5, and its code"
  public static let fieldDescriptions = [
    "epsilon": "What is added to the variance; positive"
  ]

  /// What is added to the variance; positive.
  public var epsilon = 1e-5

  public init() {}

  /// A normalization with the given number added to the variance.
  public init(epsilon: Double) {
    self.epsilon = epsilon
  }

  public var learnsScale: Bool { true }

  public func validateFields() throws { try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    let count = try scope.condition(Self.referenceName).tensor.shape[0]
    guard x.shape[0] > count else { throw NetworkError("the reference's \(count) samples are missing") }
    let gamma = try scope.parameter("gamma", [x.shape[-1]], initializer: .ones)
    let beta = try scope.parameter("beta", [x.shape[-1]], initializer: .zeros)
    let fixed = x.sliced(axis: 0, 0..<count)
    let axes = Array(0..<(x.rank - 1))
    let mean = fixed.mean(axes: axes, keepingDimensions: true)
    let variance = square(fixed - mean).mean(axes: axes, keepingDimensions: true)
    let own = x.sliced(axis: 0, count..<x.shape[0])
    // The sample's own mean and variance: over its pixels, where it has some.
    let inner = Array(1..<(x.rank - 1))
    let ownMean = inner.isEmpty ? own : own.mean(axes: inner, keepingDimensions: true)
    let ownVariance = square(own - ownMean).mean(axes: inner, keepingDimensions: true)
    let share = 1 / Double(count + 1)
    let middle = (1 - share) * mean + share * ownMean
    let spread = (1 - share) * (variance + square(mean - middle)) + share * (ownVariance + square(ownMean - middle))
    let all = concatenated([
      (fixed - mean) * reciprocalSquareRoot(variance + epsilon), (own - middle) * reciprocalSquareRoot(spread + epsilon),
    ])
    return all * gamma + beta
  }

  /// The condition whose length is that of the reference.
  static let referenceName = "virtual-batch"

  public func remedy(forInput shape: Shape) -> String? { "put it into VirtualBatch { … }" }
}
