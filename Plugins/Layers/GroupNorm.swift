import Components
import Networks
import Tensors

/// Normalizes each sample by the mean and biased variance of groups of neighbouring channels, then scales and shifts each channel.
///
/// Takes `[n, channels]` and `[n, height, width, channels]`; the number of groups divides the channels. It mixes no samples.
///
/// Parameters: `gamma` (ones) and `beta` (zeros), each `[channels]`.
public struct GroupNorm: Layer {
  public static let name = "group-norm"
  public static let summary = "Normalizes each sample over groups of channels, then scales and shifts each channel."
  public static let equation = "y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and variance of one sample and group"
  public static let reference = "Wu and He 2018, equations 1 to 7"
  public static let fieldDescriptions = [
    "epsilon": "What is added to the variance; positive",
    "groups": "How many groups there are; it divides the channels",
  ]

  /// How many groups there are; it divides the channels.
  public var groups = 32
  /// What is added to the variance; positive.
  public var epsilon = 1e-5

  public static let leadingFields = ["groups"]

  public init() {}

  /// A normalization of the given number of groups.
  public init(_ groups: Int, epsilon: Double = 1e-5) {
    self.groups = groups
    self.epsilon = epsilon
  }

  public var learnsScale: Bool { true }

  public func validateFields() throws {
    try checkPositive("groups", groups)
    try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    let channels = x.shape[-1]
    guard channels % groups == 0 else { throw NetworkError("\(groups) groups do not divide \(channels) channels") }
    let gamma = try scope.parameter("gamma", [channels], initializer: .ones)
    let beta = try scope.parameter("beta", [channels], initializer: .zeros)
    let grouped = x.reshaped(Shape(x.shape.dimensions.dropLast() + [groups, channels / groups]))
    let axes = Array(1..<(x.rank - 1)) + [x.rank]
    return grouped.standardized(axes: axes, epsilon: epsilon).reshaped(x.shape) * gamma + beta
  }

  public func remedy(forInput shape: Shape) -> String? {
    guard shape.rank >= 2 else { return "put Reshape([1]) before it" }
    return shape[-1] % groups == 0 ? nil : "choose a number of groups that divides \(shape[-1])"
  }
}

extension Tensor {
  /// The values without their mean along the axes, divided by √(variance + ε).
  func standardized(axes: [Int], epsilon: Double) -> Tensor {
    let centred = self - mean(axes: axes, keepingDimensions: true)
    return centred * reciprocalSquareRoot(square(centred).mean(axes: axes, keepingDimensions: true) + epsilon)
  }
}
