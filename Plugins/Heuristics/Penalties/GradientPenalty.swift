import Adversarial
import Components
import Networks
import Tensors

/// Keeps the critic's slope near a target on the lines between real and generated samples (WGAN-GP).
///
/// λ · E[(‖∇ D(x̂)‖₂ − target)²], x̂ = ε·x + (1 − ε)·G(z), ε uniform for each sample: equation 3 of Gulrajani et al. 2017.
public struct GradientPenalty: Heuristic {
  public static let name = "gradient-penalty"
  public static let aliases = ["wgan-gp": "", "gp": ""]
  public static let summary = "WGAN-GP: critic's slope near 1 between real and generated samples."
  public static let equation = "weight E[(|| grad D(e x + (1 - e) G(z)) || - target)^2], e ~ U(0, 1)"
  public static let reference = "Gulrajani et al. 2017, equation 3"
  public static let fieldDescriptions = [
    "isOneSided": "Whether only slopes above the target are punished",
    "target": "The slope that is not punished",
    "weight": "The weight λ, not negative",
  ]

  /// λ, not negative.
  public var weight: Double = 10
  /// The slope that is not punished.
  public var target: Double = 1
  /// Whether only slopes above the target are punished.
  public var isOneSided: Bool = false

  public var boundsSlope: Bool { true }

  public init() {}

  public init(weight: Double, target: Double = 1, isOneSided: Bool = false) {
    self.weight = weight
    self.target = target
    self.isOneSided = isOneSided
  }

  public func validateFields() throws {
    for (field, value) in [("weight", weight), ("target", target)] where value < 0 || !value.isFinite {
      throw ComponentError(component: Self.name, field: field, value: value, expected: "0 or more")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    perSampleNotices(Self.name, gan, Self.reference) + slopeTargetNotices(self, target: target, gan)
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    // 1e-12 keeps the root's derivative finite where the slope is exactly zero.
    let slope = sqrt(try squaredSlope(at: pointsBetween(evaluation, in: round), in: round) + 1e-12)
    round.record("gradient-penalty.slope", slope.mean())
    let excess = isOneSided ? relu(slope - target) : slope - target
    return weight * square(excess).mean()
  }
}
