import Adversarial
import Components
import Networks
import Tensors

/// Punishes the discriminator's slope at the real data, which makes training of the Dirac-GAN and of GANs near their equilibrium converge.
///
/// γ/2 · E_x ‖∇ₓ D(x)‖², equation 9 of Mescheder et al. 2018.
public struct R1Penalty: Heuristic {
  public static let name = "r1-penalty"
  public static let aliases = ["r1": ""]
  public static let summary = "Squared gradient of the discriminator at real samples."
  public static let equation = "gamma / 2 E_x || grad_x D(x) ||^2"
  public static let reference = "Mescheder et al. 2018, equation 9"
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

  public func validateFields() throws {
    guard gamma >= 0, gamma.isFinite else {
      throw ComponentError(component: Self.name, field: "gamma", value: gamma, expected: "0 or more")
    }
  }

  public func review(_ gan: GAN) -> [Notice] { perSampleNotices(Self.name, gan, Self.reference) }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let slope = try squaredSlope(at: evaluation.real.tensor.stoppingGradient, in: round)
    let penalty = slope.mean()
    round.record("r1-penalty.slope", penalty)
    return (gamma / 2) * penalty
  }
}
