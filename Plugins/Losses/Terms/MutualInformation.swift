import Adversarial
import Components
import Layers
import Networks
import Tensors

/// The last numbers of the latent vector are a code, which a posterior network reads off the discriminator's features of a sample: the
/// generator makes samples that tell their code.
///
/// The posterior is a normal distribution with a learned mean, and with variance 1 or a learned one. The paper's constant H(c) is left out. The
/// posterior is trained with the generator; the discriminator's features are used as they are.
public struct MutualInformation: Heuristic {
  public static let name = "mutual-information"
  public static let aliases = ["infogan": "", "information-maximization": ""]
  public static let summary = "A posterior network recovers part of the latent vector from the samples (InfoGAN, continuous codes)."
  public static let equation = "L_G - weight E[log Q(c | G(z, c))],  Q = N(m(x), s(x)^2)"
  public static let reference = "Chen et al. 2016, equation 5"
  public static let fieldDescriptions = [
    "codeSize": "How many numbers at the end of the latent vector are the code, at least 1",
    "learnsVariance": "Whether the posterior's variance is learned, one for each number of the code; 1 otherwise",
    "weight": "The weight of the term, not negative",
  ]

  /// The weight of the term, not negative.
  public var weight = 0.1
  /// How many numbers at the end of the latent vector are the code, at least 1.
  public var codeSize = 2
  /// Whether the posterior's variance is learned, one for each number of the code; 1 otherwise.
  public var learnsVariance = false

  public init() {}

  /// A term for a code of the given size.
  public init(weight: Double, codeSize: Int = 2, learnsVariance: Bool = false) {
    self.weight = weight
    self.codeSize = codeSize
    self.learnsVariance = learnsVariance
  }

  public func validateFields() throws {
    try checkWeight("weight", weight)
    guard (1...Shape.maximumSize / 2).contains(codeSize) else {
      throw ComponentError(component: name, field: "codeSize", value: codeSize, expected: "a whole number of at least 1")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard gan.latent.size < codeSize else { return [] }
    return [
      Notice(
        .error, "\(name) takes \(codeSize) numbers of the latent vector for its code, which has \(gan.latent.size); make it longer",
        reference: Self.reference)
    ]
  }

  public var networks: [PartNetwork] {
    [
      PartNetwork("posterior", from: .features(of: "discriminator"), trainedWith: .generator) {
        Dense(learnsVariance ? 2 * codeSize : codeSize)
      }
    ]
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let latents = evaluation.latents.tensor
    let code = latents.sliced(axis: 1, (latents.shape[1] - codeSize)..<latents.shape[1])
    let hidden = try evaluation.fakeTaps.feature(round.game.network("discriminator").lastHiddenFeature()).feature
    let posterior = try round.network("posterior", hidden).output
    let distance = square(posterior.sliced(axis: 1, 0..<codeSize) - code)
    round.record("\(name).distance", distance.sum(axes: [1]).mean())
    guard learnsVariance else { return (weight / 2) * distance.sum(axes: [1]).mean() }
    // The logarithm of the variance, and its inverse.
    let spread = posterior.sliced(axis: 1, codeSize..<(2 * codeSize))
    return (weight / 2) * (distance * boundedExponential(-spread) + spread).sum(axes: [1]).mean()
  }
}
