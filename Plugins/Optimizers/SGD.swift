import Adversarial
import Components
import Networks
import Tensors

/// Stochastic gradient descent, with momentum if wanted.
///
/// v ← μ·v + g;  θ ← θ − η·v, or θ ← θ − η·(g + μ·v) with Nesterov's look ahead, as PyTorch writes it. A negative momentum is allowed: it damps games
/// (Gidel et al. 2019).
public struct SGD: Optimizer {
  public static let name = "sgd"
  public static let summary = "Stochastic gradient descent with optional momentum."
  public static let equation = "v = momentum v + g;  theta = theta - learningRate v, or theta - learningRate (g + momentum v)"
  public static let reference = "Polyak 1964; Sutskever et al. 2013"
  public static let fieldDescriptions = [
    "isNesterov": "Whether the step looks ahead along the momentum (Nesterov 1983)",
    "learningRate": "The step size η, positive",
    "momentum": "The share μ of the last step that goes on, in (−1, 1)",
  ]
  public static let laterFields: [String: JSONValue] = ["isNesterov": .bool(false)]

  /// The step size η, positive.
  public var learningRate: Number = 0.01
  /// The share μ of the last step that goes on, in (−1, 1).
  public var momentum: Number = 0
  /// Whether the step looks ahead along the momentum (Nesterov 1983).
  public var isNesterov = false

  public init() {}

  @_disfavoredOverload
  public init(learningRate: Number, momentum: Number = 0, isNesterov: Bool = false) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.isNesterov = isNesterov
  }

  public init(learningRate: Double, momentum: Double = 0, isNesterov: Bool = false) {
    self.init(learningRate: Number(learningRate), momentum: Number(momentum), isNesterov: isNesterov)
  }

  public func validateFields() throws {
    try learningRate.requirePositive("learningRate", of: Self.name)
    try momentum.require("momentum", of: Self.name, "between -1 and 1") { $0 > -1 && $0 < 1 }
    guard !isNesterov || momentum != 0 else {
      throw ComponentError(component: Self.name, field: "isNesterov", value: isNesterov, expected: "false where there is no momentum")
    }
  }

  public func initialState(for parameters: Parameters) -> Parameters {
    momentum == 0 ? Parameters() : zeroSlots(["velocity"], for: parameters)
  }

  public func update(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor)
    throws -> Parameters
  {
    if momentum == 0 { return gradient * -learningRate }
    let velocity = state.subtree("velocity/") * momentum + gradient
    state = velocity.prefixed("velocity/")
    return (isNesterov ? gradient + velocity * momentum : velocity) * -learningRate
  }
}
