import Adversarial
import Components
import Networks
import Tensors

/// Divides the gradient by a running root mean square of it.
///
/// s ← ρ·s + (1 − ρ)·g²;  θ ← θ − η·g / (√s + ε). The ε stands outside the root, as in PyTorch; inside, √(s + ε), as in TensorFlow. Centred (Graves 2013,
/// equation 40), s less the square of the running mean takes the place of s.
public struct RMSProp: Optimizer {
  public static let name = "rmsprop"
  public static let summary = "Gradient divided by its running root mean square."
  public static let equation = "s = decay s + (1 - decay) g^2;  theta = theta - learningRate g / (sqrt(s) + epsilon)"
  public static let reference = "Tieleman and Hinton 2012, lecture 6.5; centred: Graves 2013, equation 40"
  public static let fieldDescriptions = [
    "decay": "The decay ρ of the running mean square, in [0, 1)",
    "epsilon": "What is added to the root, ε, positive: keeps the division finite",
    "isCentered": "Whether the running variance takes the place of the mean square",
    "isEpsilonInside": "Whether ε is added under the root, as in TensorFlow, not to it",
    "learningRate": "The step size η, positive",
  ]
  public static let laterFields: [String: JSONValue] = ["isCentered": .bool(false), "isEpsilonInside": .bool(false)]

  /// The step size η, positive.
  public var learningRate: Number = 0.01
  /// The decay ρ of the running mean square, in [0, 1).
  public var decay: Number = 0.99
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-8
  /// Whether ε is added under the root, as in TensorFlow, not to it.
  public var isEpsilonInside = false
  /// Whether the running variance takes the place of the mean square.
  public var isCentered = false

  public init() {}

  @_disfavoredOverload
  public init(
    learningRate: Number, decay: Number = 0.99, epsilon: Number = 1e-8, isEpsilonInside: Bool = false, isCentered: Bool = false
  ) {
    self.learningRate = learningRate
    self.decay = decay
    self.epsilon = epsilon
    self.isEpsilonInside = isEpsilonInside
    self.isCentered = isCentered
  }

  public init(
    learningRate: Double, decay: Double = 0.99, epsilon: Double = 1e-8, isEpsilonInside: Bool = false, isCentered: Bool = false
  ) {
    self.init(
      learningRate: Number(learningRate), decay: Number(decay), epsilon: Number(epsilon), isEpsilonInside: isEpsilonInside,
      isCentered: isCentered)
  }

  public func validateFields() throws {
    try learningRate.requirePositive("learningRate", of: Self.name)
    try epsilon.require("epsilon", of: Self.name, "a positive number") { $0 > 0 }
    try requireDecay(decay, "decay", of: Self.name)
  }

  public func initialState(for parameters: Parameters) -> Parameters {
    zeroSlots(["mean_square"] + (isCentered ? ["mean"] : []), for: parameters)
  }

  public var scalingSlots: [String] { ["mean_square"] + (isCentered ? ["mean"] : []) }

  public func update(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor)
    throws -> Parameters
  {
    let meanSquare = state.subtree("mean_square/").zipped(with: gradient) { decay * $0 + (1 - decay) * square($1) }
    var spread = meanSquare
    if isCentered {
      let mean = state.subtree("mean/").moved(to: gradient, keeping: decay)
      state.merge(mean.prefixed("mean/"))
      // Rounding may leave less than nothing.
      spread = meanSquare.zipped(with: mean) { maximum($0 - square($1), 0) }
    }
    state.merge(meanSquare.prefixed("mean_square/"))
    return gradient.zipped(with: spread) {
      -learningRate * $0 / (isEpsilonInside ? sqrt($1 + epsilon) : sqrt($1) + epsilon)
    }
  }
}
