import Adversarial
import Components
import Networks
import Tensors

/// The running mean of the gradient over the root of the running mean of its square, both corrected for their start at zero: Adam without its step size.
/// With `isNesterov`, the mean as it will be after the next gradient, if that is this one again (Dozat 2016, algorithm 2, with one β₁ for all steps).
public struct ScaleByAdam: GradientTransformation {
  public static let name = "scale-by-adam"
  public static let summary = "Adam's scaling: the mean of the gradient over the root of the mean square."
  public static let equation =
    "m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;  (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)"
  public static let reference = "Kingma and Ba 2015, algorithm 1; Dozat 2016, algorithm 2"
  public static let fieldDescriptions = [
    "beta1": "The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5",
    "beta2": "The decay β₂ of the square's mean, in [0, 1)",
    "epsilon": "What is added to the root, ε, positive: keeps the division finite",
    "isNesterov": "Whether the mean looks one step ahead, as in NAdam",
  ]

  /// The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5.
  public var beta1: Number = 0.5
  /// The decay β₂ of the square's mean, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-8
  /// Whether the mean looks one step ahead, as in NAdam.
  public var isNesterov = false

  public init() {}

  public init(beta1: Number, beta2: Number = 0.999, epsilon: Number = 1e-8, isNesterov: Bool = false) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.isNesterov = isNesterov
  }

  public func validateFields() throws {
    try requireDecay(beta1, "beta1", of: Self.name)
    try requireDecay(beta2, "beta2", of: Self.name)
    try epsilon.require("epsilon", of: Self.name, "a positive number") { $0 > 0 }
  }

  public var slots: [String] { ["m", "v"] }

  public var scalingSlots: [String] { ["v"] }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let m = state.subtree("m/").moved(to: gradient, keeping: beta1)
    let v = state.subtree("v/").zipped(with: gradient) { beta2 * $0 + (1 - beta2) * square($1) }
    state = m.prefixed("m/")
    state.merge(v.prefixed("v/"))
    let mean = corrected(m, gradient, iteration)
    let scale = 1 / sqrt(correction(beta2, iteration, parameters.dtype))
    return mean.zipped(with: v) { $0 / (sqrt($1) * scale + epsilon) }
  }

  private func corrected(_ m: Parameters, _ gradient: Parameters, _ iteration: Tensor) -> Parameters {
    let now = correction(beta1, iteration, m.dtype)
    guard isNesterov else { return m.mapped { $1 / now } }
    let next = correction(beta1, iteration + Tensor(int32: [1], shape: []), m.dtype)
    return m.zipped(with: gradient) { beta1 * $0 / next + (1 - beta1) * $1 / now }
  }
}

/// Adam's scaling by the largest mean square so far, so that the step size never grows. As in the paper without corrections for the start at zero; with
/// `isCorrected` as in PyTorch, where both means are corrected after the largest was taken.
public struct ScaleByAMSGrad: GradientTransformation {
  public static let name = "scale-by-amsgrad"
  public static let summary = "Adam's scaling by the largest mean square so far."
  public static let equation =
    "m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;  vmax = max(vmax, v);  m / (sqrt(vmax) + epsilon)"
  public static let reference = "Reddi et al. 2018, algorithm 2"
  public static let fieldDescriptions = [
    "beta1": "The decay β₁ of the gradient's mean, in [0, 1)",
    "beta2": "The decay β₂ of the square's mean, in [0, 1)",
    "epsilon": "What is added to the root, ε, positive: keeps the division finite",
    "isCorrected": "Whether both means are corrected for their start at zero, as in PyTorch",
  ]

  /// The decay β₁ of the gradient's mean, in [0, 1).
  public var beta1: Number = 0.5
  /// The decay β₂ of the square's mean, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-8
  /// Whether both means are corrected for their start at zero, as in PyTorch.
  public var isCorrected = false

  public init() {}

  public init(beta1: Number, beta2: Number = 0.999, epsilon: Number = 1e-8, isCorrected: Bool = false) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.isCorrected = isCorrected
  }

  public func validateFields() throws {
    try requireDecay(beta1, "beta1", of: Self.name)
    try requireDecay(beta2, "beta2", of: Self.name)
    try epsilon.require("epsilon", of: Self.name, "a positive number") { $0 > 0 }
  }

  public var slots: [String] { ["m", "v", "largest"] }

  public var scalingSlots: [String] { ["v", "largest"] }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let m = state.subtree("m/").moved(to: gradient, keeping: beta1)
    let v = state.subtree("v/").zipped(with: gradient) { beta2 * $0 + (1 - beta2) * square($1) }
    let largest = state.subtree("largest/").zipped(with: v) { maximum($0, $1) }
    state = m.prefixed("m/")
    state.merge(v.prefixed("v/"))
    state.merge(largest.prefixed("largest/"))
    guard isCorrected else { return m.zipped(with: largest) { $0 / (sqrt($1) + epsilon) } }
    let factor = 1 / correction(beta1, iteration, parameters.dtype)
    let scale = 1 / sqrt(correction(beta2, iteration, parameters.dtype))
    return m.zipped(with: largest) { factor * $0 / (sqrt($1) * scale + epsilon) }
  }
}

/// Adam's scaling by how far gradients are from what was expected, not by how large they are.
public struct ScaleByBelief: GradientTransformation {
  public static let name = "scale-by-belief"
  public static let summary = "Adam's scaling by the gradient's distance from its mean."
  public static let equation =
    "m = beta1 m + (1 - beta1) g;  s = beta2 s + (1 - beta2) (g - m)^2 + epsilon;  (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)"
  public static let reference = "Zhuang et al. 2020, algorithm 2"
  public static let fieldDescriptions = [
    "beta1": "The decay β₁ of the gradient's mean, in [0, 1)",
    "beta2": "The decay β₂ of the squared distance's mean, in [0, 1)",
    "epsilon": "What is added to the squared distance and to its root, ε, positive; 1e-12 in the paper's experiments with GANs",
  ]

  /// The decay β₁ of the gradient's mean, in [0, 1).
  public var beta1: Number = 0.5
  /// The decay β₂ of the squared distance's mean, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive; 1e-12 in the paper's experiments with GANs.
  public var epsilon: Number = 1e-12

  public init() {}

  public init(beta1: Number, beta2: Number = 0.999, epsilon: Number = 1e-12) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public func validateFields() throws {
    try requireDecay(beta1, "beta1", of: Self.name)
    try requireDecay(beta2, "beta2", of: Self.name)
    try epsilon.require("epsilon", of: Self.name, "a positive number") { $0 > 0 }
  }

  public var slots: [String] { ["m", "s"] }

  public var scalingSlots: [String] { ["s"] }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let m = state.subtree("m/").moved(to: gradient, keeping: beta1)
    let surprise = gradient.zipped(with: m) { square($0 - $1) }
    let s = state.subtree("s/").zipped(with: surprise) { beta2 * $0 + (1 - beta2) * $1 + epsilon }
    state = m.prefixed("m/")
    state.merge(s.prefixed("s/"))
    let factor = 1 / correction(beta1, iteration, parameters.dtype)
    let scale = 1 / sqrt(correction(beta2, iteration, parameters.dtype))
    return m.zipped(with: s) { factor * $0 / (sqrt($1) * scale + epsilon) }
  }
}
