import Adversarial
import Components
import Networks
import Tensors

/// Punishes the discriminator's slope on the lines between real and generated samples, whatever it is: it is pulled to 0, not to 1 as by
/// ``GradientPenalty``.
///
/// λ · E‖∇ D(x̂)‖², x̂ = ε·x + (1 − ε)·G(z), ε uniform for each sample.
public struct ZeroCenteredPenalty: Heuristic {
  public static let name = "zero-centered-penalty"
  public static let aliases = ["0-gp": "", "zero-gp": ""]
  public static let summary = "Squared gradient of the discriminator between real and generated samples."
  public static let equation = "weight E || grad D(e x + (1 - e) G(z)) ||^2, e ~ U(0, 1)"
  public static let reference = "Thanh-Tung et al. 2019 (Improving generalization and stability of GANs)"
  public static let fieldDescriptions = ["weight": "The weight λ, not negative"]

  /// λ, not negative.
  public var weight: Double = 10

  public var boundsSlope: Bool { true }

  public init() {}

  public init(weight: Double) {
    self.weight = weight
  }

  public func validateFields() throws { try requireNotNegative(self, ("weight", weight)) }

  public func review(_ gan: GAN) -> [Notice] { perSampleNotices(name, gan, Self.reference) }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let penalty = try squaredSlope(at: pointsBetween(evaluation, in: round), in: round).mean()
    round.record("zero-centered-penalty.slope", penalty)
    return weight * penalty
  }
}
