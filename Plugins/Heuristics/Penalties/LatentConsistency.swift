import Adversarial
import Components
import Networks
import Tensors

/// Wants the discriminator to say the same of samples of neighbouring latent vectors, and the generator to make them different (zCR).
///
/// For the discriminator λ_D · E[(D(G(z)) − D(G(z + σε)))²], for the generator −λ_G · E[‖G(z) − G(z + σε)‖²], the mean over a sample's numbers.
public struct LatentConsistency: Heuristic {
  public static let name = "latent-consistency"
  public static let aliases = ["zcr": ""]
  public static let summary = "Neighbouring latent vectors: alike to the discriminator, different samples."
  public static let equation =
    "L_D: discriminatorWeight E (D(G(z)) - D(G(z + noise e)))^2;  L_G: -generatorWeight E (G(z) - G(z + noise e))^2"
  public static let reference = "Zhao et al. 2021 (Improved consistency regularization), algorithm 2"
  public static let fieldDescriptions = [
    "discriminatorWeight": "The weight λ_D, not negative",
    "generatorWeight": "The weight λ_G, not negative",
    "noise": "The standard deviation σ of the noise on latent vectors, positive",
  ]

  /// λ_D, not negative.
  public var discriminatorWeight: Double = 5
  /// λ_G, not negative.
  public var generatorWeight: Double = 0.5
  /// σ, positive.
  public var noise: Double = 0.05

  public init() {}

  public init(discriminatorWeight: Double, generatorWeight: Double = 0.5, noise: Double = 0.05) {
    (self.discriminatorWeight, self.generatorWeight, self.noise) = (discriminatorWeight, generatorWeight, noise)
  }

  public func validateFields() throws {
    try requireNotNegative(self, ("discriminatorWeight", discriminatorWeight), ("generatorWeight", generatorWeight))
    try requirePositive(self, ("noise", noise))
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    guard let latents = evaluation.latents else { throw NetworkError("\(name) needs a game that says what its samples were made of") }
    let (first, second) = try neighbors(latents, evaluation.fakeConditions, round)
    func judged(_ samples: Tensor) throws -> Tensor {
      try round.discriminator(Images(samples.stoppingGradient), given: evaluation.fakeConditions, call: "consistency").output
    }
    let distance = square(try judged(first) - judged(second)).mean()
    round.record("latent-consistency.logits", distance)
    return discriminatorWeight * distance
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let (first, second) = try neighbors(evaluation.latents, evaluation.fakeConditions, round)
    let distance = square(first - second).mean()
    round.record("latent-consistency.samples", distance)
    return -generatorWeight * distance
  }

  private func neighbors(_ latents: Latents, _ conditions: Batch, _ round: Round) throws -> (Tensor, Tensor) {
    let step = noise * round.randomNormal("step", latents.tensor.shape, dtype: latents.tensor.dtype)
    func made(_ latents: Tensor) throws -> Tensor { try round.generator(Latents(latents), given: conditions, call: "consistency").output }
    return (try made(latents.tensor), try made(latents.tensor + step))
  }
}
