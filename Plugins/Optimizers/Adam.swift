import Adversarial
import Components
import Networks
import Tensors

/// Adaptive moments: the running mean of the gradient over the root of the running mean of its square, both corrected for their start at
/// zero.
///
/// m ← β₁·m + (1 − β₁)·g;  v ← β₂·v + (1 − β₂)·g²;
/// θ ← θ − η · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε). Algorithm 1 of Kingma and Ba 2015.
public struct Adam: Optimizer {
  public static let name = "adam"
  public static let summary = "Adaptive moment estimation."
  public static let equation =
    "m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;  theta = theta - learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)"
  public static let reference = "Kingma and Ba 2015, algorithm 1"
  public static let fieldDescriptions = [
    "beta1": "The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5",
    "beta2": "The decay β₂ of the square's mean, in [0, 1)",
    "epsilon": "What is added to the root, ε, positive: keeps the division finite",
    "learningRate": "The step size η, positive",
  ]

  /// The step size η, positive.
  public var learningRate: Number = 2e-4
  /// The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5.
  public var beta1: Number = 0.5
  /// The decay β₂ of the square's mean, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-8

  public init() {}

  @_disfavoredOverload
  public init(learningRate: Number, beta1: Number = 0.5, beta2: Number = 0.999, epsilon: Number = 1e-8) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public init(learningRate: Double, beta1: Double = 0.5, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    self.init(learningRate: Number(learningRate), beta1: Number(beta1), beta2: Number(beta2), epsilon: Number(epsilon))
  }

  public func validateFields() throws {
    try learningRate.requirePositive("learningRate", of: Self.name)
    try epsilon.require("epsilon", of: Self.name, "a positive number") { $0 > 0 }
    try requireDecay(beta1, "beta1", of: Self.name)
    try requireDecay(beta2, "beta2", of: Self.name)
  }

  public func initialState(for parameters: Parameters) -> Parameters {
    zeroSlots(["m", "v"], for: parameters)
  }

  public var scalingSlots: [String] { ["v"] }

  public func update(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor)
    throws -> Parameters
  {
    let m = state.subtree("m/").zipped(with: gradient) { beta1 * $0 + (1 - beta1) * $1 }
    let v = state.subtree("v/").zipped(with: gradient) { beta2 * $0 + (1 - beta2) * square($1) }
    state = m.prefixed("m/")
    state.merge(v.prefixed("v/"))
    let dtype = parameters.dtype
    let stepSize = -learningRate / correction(beta1, iteration, dtype)
    let scale = 1 / sqrt(correction(beta2, iteration, dtype))
    return m.zipped(with: v) { stepSize * $0 / (sqrt($1) * scale + epsilon) }
  }
}
