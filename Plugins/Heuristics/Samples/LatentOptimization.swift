import Adversarial
import Components
import Networks
import Tensors

/// Moves latent vectors, before samples are made of them, to where the discriminator thinks the samples more real (LOGAN).
///
/// z' = z + Δz, g = ∂D(G(z))/∂z: Δz = α g / (β + ‖g‖²) by natural gradient, or Δz = α g. The generator's loss goes through Δz, and has
/// w · E‖Δz‖² added to it; the discriminator takes the samples of z' as they are. Sampling takes z as it is.
public struct LatentOptimization: Heuristic {
  public static let name = "latent-optimization"
  public static let aliases = ["logan": ""]
  public static let summary = "Latent vectors moved to where the discriminator thinks the samples more real."
  public static let equation = "z' = z + rate g / (damping + || g ||^2), g = grad_z D(G(z))"
  public static let reference = "Wu et al. 2019 (LOGAN)"
  public static let fieldDescriptions = [
    "damping": "The damping β, positive; without meaning where isNatural is false",
    "differentiates": "Whether the generator's loss is differentiated through the step",
    "isNatural": "Whether the step is a natural gradient's",
    "penalty": "The weight w of the step's squared length, not negative",
    "rate": "The rate α, not negative",
    "share": "The probability that a latent vector is moved, in [0, 1]",
  ]

  /// α, not negative.
  public var rate: Double = 0.9
  /// β, positive; without meaning where ``isNatural`` is false.
  public var damping: Double = 5
  /// Whether the step is a natural gradient's.
  public var isNatural: Bool = true
  /// w, the weight of the step's squared length, not negative.
  public var penalty: Double = 0
  /// The probability that a latent vector is moved, in [0, 1].
  public var share: Double = 0.8
  /// Whether the generator's loss is differentiated through the step.
  public var differentiates: Bool = true

  public init() {}

  public init(rate: Double, damping: Double = 5, isNatural: Bool = true, penalty: Double = 0, share: Double = 0.8) {
    (self.rate, self.damping, self.isNatural, self.penalty, self.share) = (rate, damping, isNatural, penalty, share)
  }

  public func validateFields() throws {
    try requireNotNegative(self, ("rate", rate), ("penalty", penalty))
    try requirePositive(self, ("damping", damping))
    try requireProbability(self, ("share", share))
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard let layer = (gan.generator.innermostLayers + gan.discriminator.innermostLayers).first(where: \.mixesSamples) else { return [] }
    return [
      Notice(
        .warning,
        "\(name) moves each latent vector by its own gradient, but \(layer.name) mixes the samples of a batch; use layer-norm instead",
        reference: Self.reference)
    ]
  }

  public func latents(_ latents: Latents, given conditions: Batch, in round: Round) throws -> Latents {
    // A variable of its own, so that the gradient is taken here and nowhere else.
    let point = latents.tensor.stoppingGradient + 0
    let samples = try round.generator(Latents(point), given: conditions, call: "optimization").output
    let output = try round.discriminator(Images(samples), given: conditions, call: "optimization").output
    let slope = gradient(of: output.sum(), at: point)
    let length = square(slope).sum(axes: [1], keepingDimensions: true)
    let isMoved = round.randomUniform("moved", [point.shape[0], 1]).isLess(than: share).converted(to: point.dtype)
    let step = isMoved * (isNatural ? slope * (rate / (damping + length)) : slope * rate)
    round.record("latent-optimization.step", sqrt(square(step).sum(axes: [1])).mean())
    let moved = latents.tensor + (differentiates ? step : step.stoppingGradient)
    return Latents(round.game.latent?.distribution == .uniform ? clamp(moved, to: -1...1) : moved)
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    guard penalty > 0 else { return nil }
    return penalty * square(evaluation.latents.tensor - evaluation.drawnLatents.tensor).sum(axes: [1]).mean()
  }
}
