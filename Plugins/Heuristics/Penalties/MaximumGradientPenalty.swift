import Adversarial
import Components
import Networks
import Tensors

/// Punishes the steepest of the points between real and generated samples, and no other: the Lipschitz constant itself.
///
/// λ · maxᵢ ‖∇ D(x̂ᵢ)‖², x̂ᵢ = ε·x + (1 − ε)·G(z), the largest of the batch.
public struct MaximumGradientPenalty: Heuristic {
  public static let name = "maximum-gradient-penalty"
  public static let aliases = ["maxgp": ""]
  public static let summary = "Largest squared gradient of the discriminator between real and generated samples."
  public static let equation = "weight max_i || grad D(e_i x_i + (1 - e_i) G(z_i)) ||^2"
  public static let reference = "Zhou et al. 2019 (Lipschitz generative adversarial nets)"
  public static let fieldDescriptions = ["weight": "The weight λ, not negative"]

  /// λ, not negative.
  public var weight: Double = 1

  public var boundsSlope: Bool { true }

  public init() {}

  public init(weight: Double) {
    self.weight = weight
  }

  public func validateFields() throws { try requireNotNegative(self, ("weight", weight)) }

  public func review(_ gan: GAN) -> [Notice] { perSampleNotices(name, gan, Self.reference) }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let largest = try squaredSlope(at: pointsBetween(evaluation, in: round), in: round).maximum()
    round.record("maximum-gradient-penalty.slope", largest)
    return weight * largest
  }
}
