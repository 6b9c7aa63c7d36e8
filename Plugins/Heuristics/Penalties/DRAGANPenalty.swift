import Adversarial
import Components
import Networks
import Tensors

/// Keeps the discriminator's slope near a target in the neighbourhood of real samples (DRAGAN).
///
/// λ · E[(‖∇ D(x + δ)‖₂ − target)²]. The paper's δ is normal, N(0, c·I); here √c is `spread` times the standard deviation of the batch's numbers.
/// The authors' program, and with it most others, draws δ = α·spread·std(x)·u instead, u uniform for each number and α for each sample (`uniform`).
public struct DRAGANPenalty: Heuristic {
  /// How the neighbours of a real sample are drawn.
  public enum Neighbors: String, ComponentChoice {
    /// x + N(0, (spread·std)²), as in the paper.
    case normal
    /// x + α·spread·std·u, α for each sample and u for each number uniform in [0, 1), as in the authors' program.
    case uniform
  }

  public static let name = "dragan-penalty"
  public static let aliases = ["dragan": ""]
  public static let summary = "Discriminator's slope near 1 around real samples."
  public static let equation = "weight E[(|| grad D(x + delta) || - target)^2], delta ~ N(0, c I)"
  public static let reference = "Kodali et al. 2017 (On convergence and stability of GANs)"
  public static let fieldDescriptions = [
    "neighbors": "normal: neighbours as in the paper; uniform: as in the authors' program, which most others follow",
    "spread": "How far neighbours lie, in standard deviations of the batch's numbers; not negative",
    "target": "The slope that is not punished; not negative",
    "weight": "The weight λ, not negative",
  ]

  /// λ, not negative.
  public var weight: Double = 10
  /// The slope that is not punished; not negative.
  public var target: Double = 1
  /// How far neighbours lie, in standard deviations of the batch's numbers; not negative.
  public var spread: Double = 0.5
  /// How the neighbours are drawn; as in the paper by default.
  public var neighbors: Neighbors = .normal

  public var boundsSlope: Bool { true }

  public init() {}

  public init(weight: Double, target: Double = 1, spread: Double = 0.5, neighbors: Neighbors = .normal) {
    (self.weight, self.target, self.spread, self.neighbors) = (weight, target, spread, neighbors)
  }

  public func validateFields() throws {
    try requireNotNegative(self, ("weight", weight), ("target", target), ("spread", spread))
  }

  public func review(_ gan: GAN) -> [Notice] {
    perSampleNotices(name, gan, Self.reference) + slopeTargetNotices(self, target: target, gan)
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let real = evaluation.real.tensor.stoppingGradient
    let scale = sqrt(real.variance()) * spread
    let delta: Tensor
    switch neighbors {
    case .normal: delta = scale * round.randomNormal("delta", real.shape, dtype: real.dtype)
    case .uniform:
      let each = Shape([real.shape[0]] + real.shape.dropFirst().map { _ in 1 })
      let alpha = round.randomUniform("alpha", each, dtype: real.dtype)
      delta = alpha * (scale * round.randomUniform("delta", real.shape, dtype: real.dtype))
    }
    // 1e-12 keeps the root's derivative finite where the slope is exactly zero.
    let slope = sqrt(try squaredSlope(at: real + delta, in: round) + 1e-12)
    round.record("dragan-penalty.slope", slope.mean())
    return weight * square(slope - target).mean()
  }
}
