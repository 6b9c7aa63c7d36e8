import Adversarial
import Components
import Networks
import Tensors

/// Momentum: the running sum of gradients, v ← decay·v + g. A negative decay is allowed: it damps games (Gidel et al. 2019).
public struct Trace: GradientTransformation {
  public static let name = "trace"
  public static let aliases = ["momentum": ""]
  public static let summary = "Momentum: a running sum of gradients."
  public static let equation = "v = decay v + g;  v, or g + decay v"
  public static let reference = "Polyak 1964; Nesterov 1983"
  public static let fieldDescriptions = [
    "decay": "The share of the last sum that goes on, in (−1, 1)",
    "isNesterov": "Whether the step looks ahead along the sum",
  ]

  /// The share of the last sum that goes on, in (−1, 1).
  public var decay: Number = 0.9
  /// Whether the step looks ahead along the sum.
  public var isNesterov = false

  public init() {}

  public init(decay: Number, isNesterov: Bool = false) {
    self.decay = decay
    self.isNesterov = isNesterov
  }

  public func validateFields() throws { try decay.require("decay", of: Self.name, "between -1 and 1") { $0 > -1 && $0 < 1 } }

  public var slots: [String] { ["velocity"] }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let velocity = state.subtree("velocity/") * decay + gradient
    state = velocity.prefixed("velocity/")
    return isNesterov ? gradient + velocity * decay : velocity
  }
}

/// The running mean of gradients, m ← decay·m + (1 − decay)·g, corrected for its start at zero if wanted.
public struct Average: GradientTransformation {
  public static let name = "average"
  public static let summary = "A running mean of gradients."
  public static let equation = "m = decay m + (1 - decay) g;  m / (1 - decay^t)"
  public static let reference = "Kingma and Ba 2015, section 3"
  public static let fieldDescriptions = [
    "decay": "The share of the last mean that goes on, in [0, 1)",
    "isCorrected": "Whether the mean is corrected for its start at zero",
  ]

  /// The share of the last mean that goes on, in [0, 1).
  public var decay: Number = 0.9
  /// Whether the mean is corrected for its start at zero.
  public var isCorrected = true

  public init() {}

  public init(decay: Number, isCorrected: Bool = true) {
    self.decay = decay
    self.isCorrected = isCorrected
  }

  public func validateFields() throws { try requireDecay(decay, "decay", of: Self.name) }

  public var slots: [String] { ["average"] }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let mean = state.subtree("average/").moved(to: gradient, keeping: decay)
    state = mean.prefixed("average/")
    return isCorrected ? mean.mapped { $1 / correction(decay, iteration, $1.dtype) } : mean
  }
}

/// The step that is expected next: the new one and its change since the last. u + alpha·(u − u_last), the last one zero at first (Daskalakis et al. 2018,
/// section 3).
public struct OptimisticCorrection: GradientTransformation {
  public static let name = "optimistic-correction"
  public static let summary = "Adds the change since the last step: twice the new one less the last."
  public static let equation = "(1 + alpha) u_t - alpha u_{t-1}"
  public static let reference = "Daskalakis et al. 2018, section 3"
  public static let fieldDescriptions = ["alpha": "How much of the change is added, 0 or more"]

  /// How much of the change is added, 0 or more.
  public var alpha: Number = 1

  public init() {}

  public init(alpha: Number) { self.alpha = alpha }

  public func validateFields() throws { try alpha.require("alpha", of: Self.name, "0 or more") { $0 >= 0 } }

  public var slots: [String] { ["last"] }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let last = state.subtree("last/")
    state = gradient.prefixed("last/")
    return gradient.zipped(with: last) { (1 + alpha) * $0 - alpha * $1 }
  }
}
