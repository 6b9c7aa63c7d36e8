import Adversarial
import Components
import Networks
import Tensors

/// RMSProp's scaling: the gradient over its running root mean square, with the variants of `rmsprop`.
public struct ScaleByRootMeanSquare: GradientTransformation {
  public static let name = "scale-by-rms"
  public static let summary = "RMSProp's scaling: the gradient over its running root mean square."
  public static let equation = "s = decay s + (1 - decay) g^2;  g / (sqrt(s) + epsilon)"
  public static let reference = "Tieleman and Hinton 2012, lecture 6.5"
  public static let fieldDescriptions = RMSProp.fieldDescriptions.filter { $0.key != "learningRate" }

  /// The decay ρ of the running mean square, in [0, 1).
  public var decay: Number = 0.99
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-8
  /// Whether ε is added under the root, as in TensorFlow, not to it.
  public var isEpsilonInside = false
  /// Whether the running variance takes the place of the mean square.
  public var isCentered = false

  public init() {}

  public init(decay: Number, epsilon: Number = 1e-8, isEpsilonInside: Bool = false, isCentered: Bool = false) {
    self.decay = decay
    self.epsilon = epsilon
    self.isEpsilonInside = isEpsilonInside
    self.isCentered = isCentered
  }

  private var whole: RMSProp {
    RMSProp(learningRate: 1, decay: decay, epsilon: epsilon, isEpsilonInside: isEpsilonInside, isCentered: isCentered)
  }

  public func validateFields() throws {
    try requireDecay(decay, "decay", of: Self.name)
    try epsilon.require("epsilon", of: Self.name, "a positive number") { $0 > 0 }
  }

  public var slots: [String] { scalingSlots }

  public var scalingSlots: [String] { whole.scalingSlots }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    try whole.update(gradient, at: parameters, state: &state, iteration: iteration) * -1
  }
}

/// Adagrad's scaling: the gradient over the root of the sum of all its squares. ε stands outside the root, as in the paper and PyTorch.
public struct ScaleByAdagrad: GradientTransformation {
  public static let name = "scale-by-adagrad"
  public static let summary = "Adagrad's scaling: the gradient over the root of the sum of its squares."
  public static let equation = "s = s + g^2;  g / (sqrt(s) + epsilon)"
  public static let reference = "Duchi et al. 2011, figure 1"
  public static let fieldDescriptions = [
    "epsilon": "What is added to the root, ε, positive: keeps the division finite",
    "initial": "The sum before the first gradient, 0 or more; 0.1 in TensorFlow",
  ]

  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-10
  /// The sum before the first gradient, 0 or more; 0.1 in TensorFlow.
  public var initial: Double = 0

  public init() {}

  public init(epsilon: Number, initial: Double = 0) {
    self.epsilon = epsilon
    self.initial = initial
  }

  public func validateFields() throws {
    try epsilon.require("epsilon", of: Self.name, "a positive number") { $0 > 0 }
    guard initial >= 0, initial.isFinite else {
      throw ComponentError(component: Self.name, field: "initial", value: initial, expected: "0 or more")
    }
  }

  public var slots: [String] { ["sum"] }

  public func initialState(for parameters: Parameters) -> Parameters {
    parameters.mapped { Tensor(initial, shape: $1.shape, dtype: $1.dtype) }.prefixed("sum/")
  }

  public var scalingSlots: [String] { ["sum"] }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let sum = state.subtree("sum/").zipped(with: gradient) { $0 + square($1) }
    state = sum.prefixed("sum/")
    return gradient.zipped(with: sum) { $0 / (sqrt($1) + epsilon) }
  }
}

/// The sign of an average between the last mean and the gradient: steps of one size for every number.
public struct ScaleByLion: GradientTransformation {
  public static let name = "scale-by-lion"
  public static let summary = "The sign of a mean of gradients."
  public static let equation = "u = sign(beta1 m + (1 - beta1) g);  m = beta2 m + (1 - beta2) g"
  public static let reference = "Chen et al. 2023, algorithm 2"
  public static let fieldDescriptions = [
    "beta1": "The share β₁ of the mean in the step, in [0, 1)",
    "beta2": "The decay β₂ of the mean, in [0, 1)",
  ]

  /// The share β₁ of the mean in the step, in [0, 1).
  public var beta1: Number = 0.9
  /// The decay β₂ of the mean, in [0, 1).
  public var beta2: Number = 0.99

  public init() {}

  public init(beta1: Number, beta2: Number = 0.99) {
    self.beta1 = beta1
    self.beta2 = beta2
  }

  public func validateFields() throws {
    try requireDecay(beta1, "beta1", of: Self.name)
    try requireDecay(beta2, "beta2", of: Self.name)
  }

  public var slots: [String] { ["m"] }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let m = state.subtree("m/")
    state = m.moved(to: gradient, keeping: beta2).prefixed("m/")
    return m.moved(to: gradient, keeping: beta1).mapped { sign($1) }
  }
}
