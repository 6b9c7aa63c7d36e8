import Adversarial
import Components
import Networks
import Tensors

/// Shows the discriminator generated samples as real ones, as often as it overfits (APA).
///
/// r = E sign(D(x)) over `interval` batches; p grows while r is above the target and falls while it is below. Each real sample is replaced with
/// probability p by one that the generator makes for the same conditions.
public struct PseudoAugmentation: Heuristic {
  public static let name = "pseudo-augmentation"
  public static let aliases = ["apa": ""]
  public static let summary = "Generated samples among the real ones, as often as the discriminator overfits."
  public static let equation = "x = G(z) with probability p, p = p + images / rampImages sign(r - target), r = E sign(D(x))"
  public static let reference = "Jiang et al. 2021 (Deceive D)"
  public static let fieldDescriptions = [
    "interval": "Batches from one step of the probability to the next, at least 1",
    "rampImages": "Images that the probability takes from 0 to 1, at least 1",
    "target": "What E sign(D(x)) shall be, in [-1, 1]",
  ]

  /// What E sign(D(x)) shall be, in [−1, 1].
  public var target: Double = 0.6
  /// Batches from one step of the probability to the next, at least 1.
  public var interval: Int = 4
  /// Images that the probability takes from 0 to 1, at least 1.
  public var rampImages: Int = 500_000

  public init() {}

  public init(target: Double, interval: Int = 4, rampImages: Int = 500_000) {
    (self.target, self.interval, self.rampImages) = (target, interval, rampImages)
  }

  private var probability: AdaptiveProbability { AdaptiveProbability(target: target, interval: interval, rampImages: rampImages) }

  public func validateFields() throws { try probability.validate(self) }

  public func review(_ gan: GAN) -> [Notice] {
    guard gan.heuristics.contains(where: { $0 is AdaptiveAugmentation }) else { return [] }
    return [
      Notice(
        .warning,
        "\(name) and \(AdaptiveAugmentation.name) both follow the sign of the discriminator's output, and each hides it from the other; keep one",
        reference: Self.reference)
    ]
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    try probability.note(evaluation.realLogits, as: name, in: round)
    return nil
  }

  public func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images {
    let real = images.tensor
    guard role == .real, round.player != nil else { return images }
    let made = try round.generator(round.latents("pseudo"), given: round.batch, call: "pseudo").output.stoppingGradient
    let draws = round.randomUniform("chosen", Shape([real.shape[0]] + real.shape.dropFirst().map { _ in 1 }), dtype: real.dtype)
    return Images(select(draws.isLess(than: try probability.current(in: round)), made, real))
  }
}
