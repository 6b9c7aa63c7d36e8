import Components
import Networks
import Tensors

/// Instance normalization whose scale and shift the style, or the class, gives: `[n, height, width, channels]`.
///
/// With `condition: "label"` it is conditional instance normalization. Parameters: `scale_weight` and `shift_weight` `[style, channels]`,
/// `scale_bias` (ones) and `shift_bias` (zeros) `[channels]`.
public struct AdaptiveInstanceNorm: Layer {
  public static let name = "adaptive-instance-norm"
  public static let aliases = ["adain": "", "conditional-instance-norm": "set condition to label"]
  public static let summary = "Instance normalization with a scale and shift made of the style, or of the class."
  public static let equation = "y = (w A + a) (x - mean) / sqrt(variance + epsilon) + w B + b, mean and variance of one sample and channel"
  public static let reference = "Huang and Belongie 2017, equation 8; Karras et al. 2019, equation 1; by classes: Dumoulin et al. 2017"
  public static let fieldDescriptions = [
    "condition": "The condition that modulates, a vector or a class; 'style' by default",
    "epsilon": "What is added to the variance; positive",
  ]

  /// The condition that modulates, a vector or a class; `style` by default.
  public var condition = "style"
  /// What is added to the variance; positive.
  public var epsilon = 1e-5

  public static let leadingFields = ["condition"]

  public init() {}

  /// A normalization modulated by the given condition.
  public init(_ condition: String, epsilon: Double = 1e-5) {
    self.condition = condition
    self.epsilon = epsilon
  }

  public var learnsScale: Bool { true }

  public func validateFields() throws { try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    guard x.shape[1] * x.shape[2] > 1 else { throw NetworkError("an image of one pixel has no variance to be normalized by") }
    let style = try scope.modulation(condition, x.dtype)
    let scale = try scope.linear("scale", of: style, x.shape[3], bias: 1)
    let shift = try scope.linear("shift", of: style, x.shape[3], bias: 0)
    return x.standardized(axes: [1, 2], epsilon: epsilon) * scale.spread(like: x) + shift.spread(like: x)
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}
