import Components
import Networks
import Tensors

/// Divides the channels of each pixel, or the features of each sample, by the root of their mean square. It has no parameters and mixes no
/// samples.
public struct PixelNorm: Layer {
  public static let name = "pixel-norm"
  public static let summary = "Divides each pixel's channels by the root of their mean square."
  public static let equation = "y = x / sqrt(mean_c x_c^2 + epsilon)"
  public static let reference = "Karras et al. 2018, Progressive growing of GANs, section 4.2"
  public static let fieldDescriptions = [
    "epsilon": "What is added to the mean square; positive"
  ]

  /// What is added to the mean square; positive.
  public var epsilon = 1e-8

  public init() {}

  /// A normalization with the given number added to the mean square.
  public init(epsilon: Double) {
    self.epsilon = epsilon
  }

  public func validateFields() throws { try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    return x * reciprocalSquareRoot(square(x).mean(axes: [-1], keepingDimensions: true) + epsilon)
  }

  public func remedy(forInput shape: Shape) -> String? { shape.rank == 1 ? "put Reshape([1]) before it" : nil }
}
