import Components
import Networks
import Tensors

/// Batch normalization whose scale and shift a small network makes of the latent vector: `[n, channels]` or `[n, height, width, channels]`.
///
/// It stands in a ``StyleNetwork`` without mapping, whose style is the latent vector; any condition of numbers or classes will do. Scale and shift
/// share the hidden layer, as in compare_gan; without one they are linear functions, as BigGAN has them of class and latent vector.
///
/// Parameters: `hidden_weight` `[style, hidden]`, `hidden_bias`, `gamma_weight` and `beta_weight` `[hidden, channels]`, `gamma_bias` (ones),
/// `beta_bias` (zeros); state as in ``BatchNorm``.
public struct SelfModulatedBatchNorm: Layer {
  public static let name = "self-modulated-batch-norm"
  public static let summary = "Batch normalization with a scale and shift made of the latent vector."
  public static let equation =
    "y = gamma(z) (x - mean) / sqrt(variance + epsilon) + beta(z),  gamma(z) = relu(z U + u) V + v, beta likewise"
  public static let reference = "Chen et al. 2019, On self modulation for generative adversarial networks, equations 2 to 4"
  public static let fieldDescriptions = [
    "condition": "The condition that modulates, a vector or a class; 'style' by default",
    "epsilon": "What is added to the variance; positive",
    "hidden": "How many units the hidden layer has; 0 for none, as in BigGAN",
    "momentum": "The weight of the newest batch in the running averages, in (0, 1]",
  ]

  /// The condition that modulates, a vector or a class; `style` by default.
  public var condition = "style"
  /// How many units the hidden layer has; 0 for none, as in BigGAN.
  public var hidden = 32
  /// The weight of the newest batch in the running averages, in (0, 1].
  public var momentum = 0.1
  /// What is added to the variance; positive.
  public var epsilon = 1e-5

  public static let leadingFields = ["condition"]

  public init() {}

  /// A normalization modulated by the given condition.
  public init(_ condition: String, hidden: Int = 32, momentum: Double = 0.1, epsilon: Double = 1e-5) {
    self.condition = condition
    self.hidden = hidden
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public var mixesSamples: Bool { true }
  public var usesBatchStatistics: Bool { true }
  public var learnsScale: Bool { true }

  public func validateFields() throws {
    try check("hidden", hidden, (0...Shape.maximumSize).contains(hidden), "a whole number of at least 0")
    try check("momentum", momentum, momentum > 0 && momentum <= 1, "a number in (0, 1]")
    try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    var middle = try scope.modulation(condition, x.dtype)
    if hidden > 0 { middle = relu(try scope.linear("hidden", of: middle, hidden, bias: 0)) }
    let gamma = try scope.linear("gamma", of: middle, x.shape[-1], bias: 1)
    let beta = try scope.linear("beta", of: middle, x.shape[-1], bias: 0)
    let (centred, scale) = try x.batchNormalized(in: scope, momentum: momentum, epsilon: epsilon)
    return centred * scale * gamma.spread(like: x) + beta.spread(like: x)
  }

  public func remedy(forInput shape: Shape) -> String? {
    if shape.rank == 1 { return "put Reshape([1]) before it" }
    return shape.rank >= 2 && shape.elementCount == shape[-1] ? "train with at least 2 samples in a batch" : nil
  }
}
