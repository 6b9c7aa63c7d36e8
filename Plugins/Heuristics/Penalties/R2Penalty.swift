import Adversarial
import Components
import Networks
import Tensors

/// Punishes the discriminator's slope at generated samples; with ``R1Penalty`` it makes the pair that R3GAN trains with.
///
/// γ/2 · E_z ‖∇ₓ D(G(z))‖², equation 10 of Mescheder et al. 2018.
public struct R2Penalty: Heuristic {
  public static let name = "r2-penalty"
  public static let aliases = ["r2": ""]
  public static let summary = "Squared gradient of the discriminator at generated samples."
  public static let equation = "gamma / 2 E_z || grad_x D(G(z)) ||^2"
  public static let reference = "Mescheder et al. 2018, equation 10"
  public static let fieldDescriptions = [
    "gamma": "The weight γ, not negative. Some implementations leave out the ½: their weight is half of this one"
  ]

  /// γ, not negative. Some implementations leave out the ½: their weight is half of this one.
  public var gamma: Double = 10

  public var boundsSlope: Bool { true }

  public init() {}

  public init(gamma: Double) {
    self.gamma = gamma
  }

  public func validateFields() throws { try requireNotNegative(self, ("gamma", gamma)) }

  public func review(_ gan: GAN) -> [Notice] { perSampleNotices(name, gan, Self.reference) }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let slope = try squaredSlope(at: evaluation.fake.tensor.stoppingGradient, given: evaluation.fakeConditions, in: round)
    let penalty = slope.mean()
    round.record("r2-penalty.slope", penalty)
    return (gamma / 2) * penalty
  }
}
