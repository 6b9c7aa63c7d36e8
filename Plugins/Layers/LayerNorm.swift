import Components
import Networks
import Tensors

/// Normalizes each sample by the mean and biased variance of all its numbers, then scales and shifts each channel.
///
/// Takes `[n, features]` and `[n, height, width, channels]`. It mixes no samples, so it suits critics with a gradient penalty.
///
/// Parameters: `gamma` (ones) and `beta` (zeros), each of the size of the last dimension.
public struct LayerNorm: Layer {
  public static let name = "layer-norm"
  public static let summary = "Normalizes each sample over all its numbers, then scales and shifts each channel."
  public static let equation = "y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and variance of one sample"
  public static let reference = "Ba et al. 2016; for images as in Gulrajani et al. 2017"
  public static let fieldDescriptions = [
    "epsilon": "What is added to the variance; positive"
  ]

  /// What is added to the variance; positive.
  public var epsilon = 1e-5

  public init() {}

  /// A layer normalization with the given number added to the variance.
  public init(epsilon: Double) {
    self.epsilon = epsilon
  }

  public var learnsScale: Bool { true }

  public func validateFields() throws {
    try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    let gamma = try scope.parameter("gamma", [x.shape[-1]], initializer: .ones)
    let beta = try scope.parameter("beta", [x.shape[-1]], initializer: .zeros)
    let axes = Array(1..<x.rank)
    let centred = x - x.mean(axes: axes, keepingDimensions: true)
    let variance = square(centred).mean(axes: axes, keepingDimensions: true)
    return centred * reciprocalSquareRoot(variance + epsilon) * gamma + beta
  }

  /// Keras normalizes over the last dimension alone, which is the same for vectors only.
  public func kerasForm(forInput shape: Shape) -> KerasForm? {
    shape.rank == 2 ? KerasForm("layer_normalization", tensors: ["gamma", "beta"]) : nil
  }

  public func remedy(forInput shape: Shape) -> String? {
    shape.rank == 1 ? "put Reshape([1]) before it" : nil
  }
}
