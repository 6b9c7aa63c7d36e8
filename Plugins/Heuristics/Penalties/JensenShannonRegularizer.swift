import Adversarial
import Components
import Networks
import Tensors

/// The regularizer that Roth et al. derive from noise on both kinds of samples: slopes are punished where the discriminator is unsure.
///
/// γ/2 · (E_x[(1 − φ(x))² ‖∇ D(x)‖²] + E_z[φ(G(z))² ‖∇ D(G(z))‖²]), φ = σ(D).
public struct JensenShannonRegularizer: Heuristic {
  public static let name = "jensen-shannon-regularizer"
  public static let aliases = ["roth": "", "js-regularizer": ""]
  public static let summary = "Squared gradients weighed by how unsure the discriminator is."
  public static let equation =
    "gamma / 2 (E_x (1 - p(x))^2 || grad D(x) ||^2 + E_z p(G(z))^2 || grad D(G(z)) ||^2), p = sigmoid(D)"
  public static let reference = "Roth et al. 2017, algorithm 1"
  public static let fieldDescriptions = ["gamma": "The weight γ, the variance of the noise that it stands for; not negative"]

  /// γ, the variance of the noise that it stands for; not negative.
  public var gamma: Double = 2

  public var boundsSlope: Bool { true }

  public init() {}

  public init(gamma: Double) {
    self.gamma = gamma
  }

  public func validateFields() throws { try requireNotNegative(self, ("gamma", gamma)) }

  public func review(_ gan: GAN) -> [Notice] {
    var notices = perSampleNotices(name, gan, Self.reference)
    if let loss = gan.loss, loss.kind == .critic {
      notices.append(
        Notice(
          .warning, "\(name) takes the discriminator's output for a logit, but \(loss.name) makes it a score; use r1-penalty instead",
          reference: Self.reference))
    }
    return notices
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    func part(_ samples: Images, _ conditions: Batch, sign: Double) throws -> Tensor {
      let (output, slope) = try outputAndSquaredSlope(at: samples.tensor.stoppingGradient, given: conditions, in: round)
      return (square(sigmoid(sign * output)).flattened(from: 1).mean(axes: [1]) * slope).mean()
    }
    let penalty =
      try part(evaluation.real, evaluation.realConditions, sign: -1) + part(evaluation.fake, evaluation.fakeConditions, sign: 1)
    round.record("jensen-shannon-regularizer.penalty", penalty)
    return (gamma / 2) * penalty
  }
}
