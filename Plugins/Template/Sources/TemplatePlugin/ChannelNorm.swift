import Rival

/// Divides each pixel's (or sample's) channels by their root mean square: `[n, …, channels]` keeps its shape. Nothing is learned.
///
/// y = x / √(mean over channels of x² + ε). Karras et al. 2018, section 4.2.
public struct ChannelNorm: Layer {
  public static let name = "channel-norm"
  public static let summary = "Divides the channels of each pixel by their root mean square."
  public static let equation = "y = x / sqrt(mean_c x^2 + epsilon)"
  public static let reference = "Karras et al. 2018, section 4.2"

  /// What is added to the mean square, positive.
  public var epsilon: Double = 1e-8

  public init() {}

  /// Pixel normalization with the given number added to the mean square.
  public init(epsilon: Double) {
    self.epsilon = epsilon
  }

  public func validateFields() throws {
    guard epsilon > 0, epsilon.isFinite else {
      throw ComponentError(component: Self.name, field: "epsilon", value: epsilon, expected: "a positive number")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    return x * reciprocalSquareRoot(square(x).mean(axes: [x.rank - 1], keepingDimensions: true) + epsilon)
  }

  public func remedy(forInput shape: Shape) -> String? {
    shape.rank == 1 ? "put Reshape([1]) before it" : nil
  }
}
