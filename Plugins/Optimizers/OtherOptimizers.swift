import Adversarial
import Components
import Networks
import Tensors

/// Optimistic mirror descent with the Euclidean distance: gradient descent that expects the gradient to change once more as it just did.
///
/// θ ← θ − 2η gₜ + η gₜ₋₁, the last gradient zero at first: equation 6 of Daskalakis et al. 2018. With simultaneous play it is the update rule
/// `optimistic` with `sgd`; here each player chooses it.
public struct OptimisticMirrorDescent: ChainedOptimizer {
  public static let name = "optimistic-sgd"
  public static let summary = "Gradient descent with optimism: twice the new gradient less the last."
  public static let equation = "theta = theta - 2 learningRate g_t + learningRate g_{t-1}"
  public static let reference = "Daskalakis et al. 2018, section 3"
  public static let fieldDescriptions = ["learningRate": "The step size η, positive"]

  /// The step size η, positive.
  public var learningRate: Number = 0.01

  public init() {}

  public init(learningRate: Number) { self.learningRate = learningRate }

  public var transformations: [any GradientTransformation] { [OptimisticCorrection()] }
}

/// Steps of one size for every number, along the sign of a mean of gradients.
public struct Lion: ChainedOptimizer {
  public static let name = "lion"
  public static let summary = "The sign of a mean of gradients."
  public static let equation =
    "theta = theta - learningRate (sign(beta1 m + (1 - beta1) g) + weightDecay theta);  m = beta2 m + (1 - beta2) g"
  public static let reference = "Chen et al. 2023, algorithm 2"
  public static let fieldDescriptions = [
    "beta1": "The share β₁ of the mean in the step, in [0, 1)",
    "beta2": "The decay β₂ of the mean, in [0, 1)",
    "learningRate": "The step size η, positive; 3 to 10 times smaller than Adam's",
    "weightDecay": "The share λ of the parameters that a step takes, times the learning rate; 0 or more",
  ]

  /// The step size η, positive; 3 to 10 times smaller than Adam's.
  public var learningRate: Number = 5e-5
  /// The share β₁ of the mean in the step, in [0, 1).
  public var beta1: Number = 0.9
  /// The decay β₂ of the mean, in [0, 1).
  public var beta2: Number = 0.99
  /// The share λ of the parameters that a step takes, times the learning rate; 0 or more.
  public var weightDecay: Number = 0

  public init() {}

  public init(learningRate: Number, beta1: Number = 0.9, beta2: Number = 0.99, weightDecay: Number = 0) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
  }

  public var transformations: [any GradientTransformation] {
    [ScaleByLion(beta1: beta1, beta2: beta2), DecayedWeights(rate: weightDecay)]
  }
}

/// Divides the gradient by the root of the sum of all its squares, so that steps shrink as they have been large.
public struct Adagrad: ChainedOptimizer {
  public static let name = "adagrad"
  public static let summary = "Gradient divided by the root of the sum of its squares."
  public static let equation = "s = s + g^2;  theta = theta - learningRate g / (sqrt(s) + epsilon)"
  public static let reference = "Duchi et al. 2011, figure 1"
  public static let fieldDescriptions = [
    "epsilon": "What is added to the root, ε, positive: keeps the division finite",
    "initial": "The sum before the first gradient, 0 or more; 0.1 in TensorFlow",
    "learningRate": "The step size η, positive",
  ]

  /// The step size η, positive.
  public var learningRate: Number = 0.01
  /// ε, positive: keeps the division finite.
  public var epsilon: Number = 1e-10
  /// The sum before the first gradient, 0 or more; 0.1 in TensorFlow.
  public var initial: Double = 0

  public init() {}

  public init(learningRate: Number, epsilon: Number = 1e-10, initial: Double = 0) {
    self.learningRate = learningRate
    self.epsilon = epsilon
    self.initial = initial
  }

  public var transformations: [any GradientTransformation] { [ScaleByAdagrad(epsilon: epsilon, initial: initial)] }
}

/// Adam's scaling with a memory of rows and columns only, steps limited and relative to the size of what they change.
///
/// θ ← θ − η max(ε₂, RMS(θ)) · u / max(1, RMS(u) / d), u = g / √V: algorithms 4 and 5 of Shazeer and Stern 2018, with a learning rate in the place of their
/// relative step min(10⁻², 1/√t).
public struct Adafactor: ChainedOptimizer {
  public static let name = "adafactor"
  public static let summary = "Steps by mean squares of rows and columns, relative to the parameters' size."
  public static let equation =
    "u = g / sqrt(R C / mean(R));  theta = theta - learningRate max(minimumSize, RMS(theta)) u / max(1, RMS(u) / clipping)"
  public static let reference = "Shazeer and Stern 2018, algorithms 4 and 5"
  public static let fieldDescriptions = [
    "clipping": "The largest root mean square of a parameter's step, d, positive",
    "decayExponent": "The exponent c of the decay 1 − t^−c, positive",
    "learningRate": "The step size relative to the parameters, positive",
    "minimumSize": "The least size of a parameter, ε₂, positive",
    "smallestFactored": "The size that both dimensions need to be factored, at least 1; 128 in optax, any in the paper",
  ]

  /// The step size relative to the parameters, positive.
  public var learningRate: Number = 0.01
  /// The exponent c of the decay 1 − t^−c, positive.
  public var decayExponent: Number = 0.8
  /// The largest root mean square of a parameter's step, d, positive.
  public var clipping: Number = 1
  /// The least size of a parameter, ε₂, positive.
  public var minimumSize: Number = 1e-3
  /// The size that both dimensions need to be factored, at least 1; 128 in optax, any in the paper.
  public var smallestFactored = 2

  public init() {}

  public init(
    learningRate: Number, decayExponent: Number = 0.8, clipping: Number = 1, minimumSize: Number = 1e-3, smallestFactored: Int = 2
  ) {
    self.learningRate = learningRate
    self.decayExponent = decayExponent
    self.clipping = clipping
    self.minimumSize = minimumSize
    self.smallestFactored = smallestFactored
  }

  public var transformations: [any GradientTransformation] {
    [
      ScaleByFactoredSquares(decayExponent: decayExponent, smallestFactored: smallestFactored), ClipByRootMeanSquare(maximum: clipping),
      ScaleByParameterSize(minimum: minimumSize),
    ]
  }
}

/// Steps along the momentum of matrices, made orthogonal, and Adam's for all else.
///
/// Matrices: θ ← θ − η √max(1, columns / rows) · orthogonal(m): Jordan et al. 2024; biases, scales and kernels of convolutions by NAdam's step.
public struct Muon: ChainedOptimizer {
  public static let name = "muon"
  public static let summary = "Orthogonalized momentum for matrices, Adam for all else."
  public static let equation =
    "theta = theta - learningRate sqrt(max(1, columns / rows)) NewtonSchulz(m / ||m||) for matrices; nadam for others"
  public static let reference = "Jordan et al. 2024, Muon: an optimizer for hidden layers in neural networks"
  public static let fieldDescriptions = ScaleByMuon.fieldDescriptions.merging(["learningRate": "The step size η, positive"]) { first, _ in
    first
  }

  /// The step size η, positive.
  public var learningRate: Number = 1e-3
  /// The decay of a matrix's momentum, in [0, 1).
  public var beta: Number = 0.95
  /// Steps of Newton and Schulz, from 1 to 20.
  public var steps = 5
  /// Whether means look one step ahead.
  public var isNesterov = true
  /// The decay β₁ of the mean of all else, in [0, 1).
  public var beta1: Number = 0.5
  /// The decay β₂ of the square's mean of all else, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive: keeps divisions finite.
  public var epsilon: Number = 1e-8

  public init() {}

  public init(
    learningRate: Number, beta: Number = 0.95, steps: Int = 5, isNesterov: Bool = true, beta1: Number = 0.5, beta2: Number = 0.999,
    epsilon: Number = 1e-8
  ) {
    self.learningRate = learningRate
    self.beta = beta
    self.steps = steps
    self.isNesterov = isNesterov
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public var transformations: [any GradientTransformation] {
    [ScaleByMuon(beta: beta, steps: steps, isNesterov: isNesterov, beta1: beta1, beta2: beta2, epsilon: epsilon)]
  }
}
