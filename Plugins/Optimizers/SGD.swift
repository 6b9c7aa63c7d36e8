import Adversarial
import Components
import Networks
import Tensors

/// Stochastic gradient descent, with momentum if wanted.
///
/// v ← μ·v + g;  θ ← θ − η·v. A negative momentum is allowed: it damps games (Gidel et al. 2019).
public struct SGD: Optimizer {
  public static let name = "sgd"
  public static let summary = "Stochastic gradient descent with optional momentum."
  public static let equation = "v = momentum v + g;  theta = theta - learningRate v"
  public static let reference = "Polyak 1964; Sutskever et al. 2013"
  public static let fieldDescriptions = [
    "learningRate": "The step size η, positive",
    "momentum": "The share μ of the last step that goes on, in (−1, 1)",
  ]

  /// The step size η, positive.
  public var learningRate: Double = 0.01
  /// The share μ of the last step that goes on, in (−1, 1).
  public var momentum: Double = 0

  public init() {}

  public init(learningRate: Double, momentum: Double = 0) {
    self.learningRate = learningRate
    self.momentum = momentum
  }

  public func validateFields() throws {
    try requirePositive(learningRate, "learningRate", of: Self.name)
    guard momentum > -1, momentum < 1 else {
      throw ComponentError(component: Self.name, field: "momentum", value: momentum, expected: "between -1 and 1")
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
    return velocity * -learningRate
  }
}

func requirePositive(_ value: Double, _ field: String, of component: String) throws {
  guard value > 0, value.isFinite else {
    throw ComponentError(component: component, field: field, value: value, expected: "a positive number")
  }
}
