import Components
import Networks
import Tensors

/// Batch normalization of `[n, channels]` or `[n, height, width, channels]`, one mean and variance for each channel.
///
/// In training the batch's own mean and biased variance normalize, and their running averages are kept:
/// moving ← (1 − momentum) · moving + momentum · batch, where the variance enters unbiased (divided by count − 1), as PyTorch keeps
/// it. In use the running averages normalize. The variance is that of the centred values, so it does not cancel where the mean is large.
///
/// Parameters: `gamma` (ones) and `beta` (zeros), state: `moving_mean` (zeros) and `moving_variance` (ones), each `[channels]`.
public struct BatchNorm: Layer {
  public static let name = "batch-norm"
  public static let summary = "Normalizes each channel over the batch, then scales and shifts it."
  public static let equation = "y = gamma (x - mean) / sqrt(variance + epsilon) + beta"
  public static let reference = "Ioffe and Szegedy 2015, algorithm 1"
  public static let fieldDescriptions = [
    "epsilon": "What is added to the variance; positive",
    "momentum": "The weight of the newest batch in the running averages, in (0, 1]",
  ]

  /// The weight of the newest batch in the running averages, in (0, 1].
  public var momentum = 0.1
  /// What is added to the variance; positive.
  public var epsilon = 1e-5

  public init() {}

  /// A batch normalization with the given weight of the newest batch.
  public init(momentum: Double, epsilon: Double = 1e-5) {
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public var mixesSamples: Bool { true }
  public var usesBatchStatistics: Bool { true }
  public var learnsScale: Bool { true }

  public func validateFields() throws {
    try check("momentum", momentum, momentum > 0 && momentum <= 1, "a number in (0, 1]")
    try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    let channels: Shape = [x.shape[-1]]
    let gamma = try scope.parameter("gamma", channels, initializer: .ones)
    let beta = try scope.parameter("beta", channels, initializer: .zeros)
    let (centred, scale) = try x.batchNormalized(in: scope, momentum: momentum, epsilon: epsilon)
    return centred * (gamma * scale) + beta
  }

  public func kerasForm(forInput shape: Shape) -> KerasForm? {
    KerasForm("batch_normalization", tensors: ["gamma", "beta", "moving_mean", "moving_variance"])
  }

  public func remedy(forInput shape: Shape) -> String? {
    if shape.rank == 1 { return "put Reshape([1]) before it" }
    return shape.rank >= 2 && shape.elementCount == shape[-1] ? "train with at least 2 samples in a batch" : nil
  }
}

extension Tensor {
  /// The values without their mean over the batch, and 1 / √(variance + ε), both by channel: the batch's own in training, while the running
  /// averages `moving_mean` and `moving_variance` of the scope move on; these averages in use.
  func batchNormalized(in scope: Scope, momentum: Double, epsilon: Double) throws -> (centred: Tensor, scale: Tensor) {
    let channels: Shape = [shape[-1]]
    let movingMean = try scope.state("moving_mean", channels, initializer: .zeros)
    let movingVariance = try scope.state("moving_variance", channels, initializer: .ones)
    guard scope.isTraining else { return (self - movingMean, reciprocalSquareRoot(movingVariance + epsilon)) }
    let count = elementCount / shape[-1]
    guard count > 1 else { throw NetworkError("one value for each channel has no variance to train with") }
    let axes = Array(0..<(rank - 1))
    let mean = mean(axes: axes)
    let centred = self - mean
    let variance = square(centred).mean(axes: axes)
    try scope.setState("moving_mean", to: movingMean * (1 - momentum) + mean * momentum)
    let unbiased = momentum * Double(count) / Double(count - 1)
    try scope.setState("moving_variance", to: movingVariance * (1 - momentum) + variance * unbiased)
    return (centred, reciprocalSquareRoot(variance + epsilon))
  }
}
