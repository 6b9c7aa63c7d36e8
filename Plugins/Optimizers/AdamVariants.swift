import Adversarial
import Components
import Networks
import Tensors

/// Adam with weight decay that is no part of the gradient, so that the running squares do not scale it.
///
/// θ ← θ − η (m̂ / (√v̂ + ε) + λ θ): algorithm 2 of Loshchilov and Hutter 2019, the decay times the learning rate as in PyTorch.
public struct AdamW: ChainedOptimizer {
  public static let name = "adamw"
  public static let summary = "Adam with decoupled weight decay."
  public static let equation = "theta = theta - learningRate (adam(g) + weightDecay theta)"
  public static let reference = "Loshchilov and Hutter 2019, algorithm 2"
  public static let fieldDescriptions = Adam.fieldDescriptions.merging(
    ["weightDecay": "The share λ of the parameters that a step takes, times the learning rate; 0 or more"]) { first, _ in first }

  /// The step size η, positive.
  public var learningRate: Number = 2e-4
  /// The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5.
  public var beta1: Number = 0.5
  /// The decay β₂ of the square's mean, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-8
  /// The share λ of the parameters that a step takes, times the learning rate; 0 or more.
  public var weightDecay: Number = 0.01

  public init() {}

  public init(learningRate: Number, beta1: Number = 0.5, beta2: Number = 0.999, epsilon: Number = 1e-8, weightDecay: Number = 0.01) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public var transformations: [any GradientTransformation] {
    [ScaleByAdam(beta1: beta1, beta2: beta2, epsilon: epsilon), DecayedWeights(rate: weightDecay)]
  }
}

/// Adam with Nesterov's look ahead, with one β₁ for all steps: PyTorch's raises it from step to step.
public struct NAdam: ChainedOptimizer {
  public static let name = "nadam"
  public static let summary = "Adam with Nesterov momentum."
  public static let equation =
    "theta = theta - learningRate (beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)"
  public static let reference = "Dozat 2016, algorithm 2"
  public static let fieldDescriptions = Adam.fieldDescriptions

  /// The step size η, positive.
  public var learningRate: Number = 2e-4
  /// The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5.
  public var beta1: Number = 0.5
  /// The decay β₂ of the square's mean, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-8

  public init() {}

  public init(learningRate: Number, beta1: Number = 0.5, beta2: Number = 0.999, epsilon: Number = 1e-8) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public var transformations: [any GradientTransformation] {
    [ScaleByAdam(beta1: beta1, beta2: beta2, epsilon: epsilon, isNesterov: true)]
  }
}

/// Adam whose step sizes never grow: the largest mean square so far takes the place of the last.
public struct AMSGrad: ChainedOptimizer {
  public static let name = "amsgrad"
  public static let summary = "Adam by the largest mean square so far."
  public static let equation = "vmax = max(vmax, v);  theta = theta - learningRate m / (sqrt(vmax) + epsilon)"
  public static let reference = "Reddi et al. 2018, algorithm 2"
  public static let fieldDescriptions = Adam.fieldDescriptions.merging(
    ["isCorrected": "Whether both means are corrected for their start at zero, as in PyTorch; not so in the paper"]) { first, _ in first }

  /// The step size η, positive.
  public var learningRate: Number = 2e-4
  /// The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5.
  public var beta1: Number = 0.5
  /// The decay β₂ of the square's mean, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-8
  /// Whether both means are corrected for their start at zero, as in PyTorch; not so in the paper.
  public var isCorrected = false

  public init() {}

  public init(learningRate: Number, beta1: Number = 0.5, beta2: Number = 0.999, epsilon: Number = 1e-8, isCorrected: Bool = false) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.isCorrected = isCorrected
  }

  public var transformations: [any GradientTransformation] {
    [ScaleByAMSGrad(beta1: beta1, beta2: beta2, epsilon: epsilon, isCorrected: isCorrected)]
  }
}

/// Adam that trusts gradients as far as they are what was expected.
public struct AdaBelief: ChainedOptimizer {
  public static let name = "adabelief"
  public static let summary = "Adam by the gradient's distance from its mean."
  public static let equation = "s = beta2 s + (1 - beta2) (g - m)^2 + epsilon;  theta = theta - learningRate mhat / (sqrt(shat) + epsilon)"
  public static let reference = "Zhuang et al. 2020, algorithm 2"
  public static let fieldDescriptions = Adam.fieldDescriptions.merging(
    ["epsilon": "What is added to the squared distance and to its root, ε, positive; 1e-12 in the paper's experiments with GANs"]) {
      _, new in
      new
    }

  /// The step size η, positive.
  public var learningRate: Number = 2e-4
  /// The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5.
  public var beta1: Number = 0.5
  /// The decay β₂ of the squared distance's mean, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive; 1e-12 in the paper's experiments with GANs.
  public var epsilon: Number = 1e-12

  public init() {}

  public init(learningRate: Number, beta1: Number = 0.5, beta2: Number = 0.999, epsilon: Number = 1e-12) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public var transformations: [any GradientTransformation] { [ScaleByBelief(beta1: beta1, beta2: beta2, epsilon: epsilon)] }
}

/// Adam for games: each step takes back the last one's surplus, by expecting the step to change once more as it just did.
///
/// θ ← θ − 2η uₜ + η uₜ₋₁, u = m̂ / (√v̂ + ε), the last step zero at first: algorithm 1 of Daskalakis et al. 2018.
public struct OptimisticAdam: ChainedOptimizer {
  public static let name = "optimistic-adam"
  public static let aliases = ["oadam": ""]
  public static let summary = "Adam with optimism: twice the new step less the last."
  public static let equation = "theta = theta - 2 learningRate u_t + learningRate u_{t-1}, u = mhat / (sqrt(vhat) + epsilon)"
  public static let reference = "Daskalakis et al. 2018, algorithm 1"
  public static let fieldDescriptions = Adam.fieldDescriptions

  /// The step size η, positive.
  public var learningRate: Number = 2e-4
  /// The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5.
  public var beta1: Number = 0.5
  /// The decay β₂ of the square's mean, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-8

  public init() {}

  public init(learningRate: Number, beta1: Number = 0.5, beta2: Number = 0.999, epsilon: Number = 1e-8) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public var transformations: [any GradientTransformation] {
    [ScaleByAdam(beta1: beta1, beta2: beta2, epsilon: epsilon), OptimisticCorrection()]
  }
}
