import Adversarial
import Components
import Networks
import Tensors

/// Divides the gradient by a running root mean square of it.
///
/// s ← ρ·s + (1 − ρ)·g²;  θ ← θ − η·g / (√s + ε). The ε stands outside the root, as in PyTorch.
public struct RMSProp: Optimizer {
  public static let name = "rmsprop"
  public static let summary = "Gradient divided by its running root mean square."
  public static let equation = "s = decay s + (1 - decay) g^2;  theta = theta - learningRate g / (sqrt(s) + epsilon)"
  public static let reference = "Tieleman and Hinton 2012, lecture 6.5"
  public static let fieldDescriptions = [
    "decay": "The decay ρ of the running mean square, in [0, 1)",
    "epsilon": "What is added to the root, ε, positive: keeps the division finite",
    "learningRate": "The step size η, positive",
  ]

  /// The step size η, positive.
  public var learningRate: Double = 0.01
  /// The decay ρ of the running mean square, in [0, 1).
  public var decay: Double = 0.99
  /// ε, positive: keeps the division finite.
  public var epsilon: Double = 1e-8

  public init() {}

  public init(learningRate: Double, decay: Double = 0.99, epsilon: Double = 1e-8) {
    self.learningRate = learningRate
    self.decay = decay
    self.epsilon = epsilon
  }

  public func validateFields() throws {
    try requirePositive(learningRate, "learningRate", of: Self.name)
    try requirePositive(epsilon, "epsilon", of: Self.name)
    guard (0..<1).contains(decay) else {
      throw ComponentError(component: Self.name, field: "decay", value: decay, expected: "in [0, 1)")
    }
  }

  public func initialState(for parameters: Parameters) -> Parameters {
    zeroSlots(["mean_square"], for: parameters)
  }

  public var scalingSlots: [String] { ["mean_square"] }

  public func update(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor)
    throws -> Parameters
  {
    let meanSquare = state.subtree("mean_square/").zipped(with: gradient) { decay * $0 + (1 - decay) * square($1) }
    state = meanSquare.prefixed("mean_square/")
    return gradient.zipped(with: meanSquare) { -learningRate * $0 / (sqrt($1) + epsilon) }
  }
}
