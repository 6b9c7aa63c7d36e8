import Adversarial
import Components
import Networks
import Tensors

/// Wants two latent vectors that lie apart to make samples that lie apart.
///
/// w / (R + 1e-5), R = E|G(z₁) − G(z₂)| / E|z₁ − z₂|, both for the same conditions, as in the authors' program; the paper maximizes R itself.
public struct ModeSeeking: Heuristic {
  public static let name = "mode-seeking"
  public static let aliases = ["msgan": ""]
  public static let summary = "Latent vectors that lie apart make samples that lie apart."
  public static let equation = "weight / (E |G(z1) - G(z2)| / E |z1 - z2| + 1e-5)"
  public static let reference = "Mao et al. 2019 (Mode seeking GANs)"
  public static let fieldDescriptions = ["weight": "The weight, not negative"]

  /// The weight, not negative.
  public var weight: Double = 1

  public init() {}

  public init(weight: Double) {
    self.weight = weight
  }

  public func validateFields() throws { try requireNotNegative(self, ("weight", weight)) }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let other = try round.latents("second")
    let samples = try round.generator(other, given: evaluation.fakeConditions, call: "second").output
    let ratio = abs(evaluation.samples.tensor - samples).mean() / abs(evaluation.latents.tensor - other.tensor).mean()
    round.record("mode-seeking.ratio", ratio)
    return weight / (ratio + 1e-5)
  }
}
