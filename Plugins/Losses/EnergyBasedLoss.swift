import Adversarial
import Components
import Networks
import Tensors

/// The discriminator gives samples an energy, low for real ones; it is pushed up for generated ones until it reaches a margin.
///
/// The energy is minus the discriminator's output: a discriminator of one `ReconstructionScore` is the paper's autoencoder. The pulling-away
/// term keeps the codes of generated samples from pointing the same way; it needs the tap `code`, which `ReconstructionScore` publishes.
public struct EnergyBasedLoss: Loss {
  public static let name = "energy-based"
  public static let aliases = ["ebgan": ""]
  public static let summary = "Energies of an autoencoding discriminator, pushed up for generated samples as far as a margin."
  public static let equation =
    "E = -D;  L_D = E[E(x)] + E[max(0, margin - E(G(z)))];  L_G = E[E(G(z))] + pullingAway mean_{i != j} cos(S_i, S_j)^2"
  public static let reference = "Zhao et al. 2017, equations 1 to 4"
  public static let fieldDescriptions = [
    "margin": "The energy up to which generated samples are pushed, positive",
    "pullingAway": "The weight of the pulling-away term of generated samples' codes, not negative; the paper's EBGAN-PT has 0.1",
  ]

  /// The energy up to which generated samples are pushed, positive.
  public var margin = 10.0
  /// The weight of the pulling-away term, not negative; the paper's EBGAN-PT has 0.1.
  public var pullingAway = 0.0

  public init() {}

  /// A loss with the given margin.
  public init(margin: Double, pullingAway: Double = 0) {
    self.margin = margin
    self.pullingAway = pullingAway
  }

  public func validateFields() throws {
    guard margin > 0, margin.isFinite else {
      throw ComponentError(component: name, field: "margin", value: margin, expected: "a positive number")
    }
    guard pullingAway >= 0, pullingAway.isFinite else {
      throw ComponentError(component: name, field: "pullingAway", value: pullingAway, expected: "0 or more")
    }
  }

  public var kind: LossKind { .critic }

  public func review(_ gan: GAN) -> [Notice] { autoencoderNotices(name, gan, isNeeded: pullingAway > 0, reference: Self.reference) }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    relu(margin + fake.tensor).mean() - real.tensor.mean()
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor { -fake.tensor.mean() }

  public func generatorLoss(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor {
    let energy = generatorLoss(real: evaluation.fakeLogits, fake: evaluation.fakeLogits)
    guard pullingAway > 0 else { return energy }
    guard let code = evaluation.fakeTaps.last(where: { $0.path.hasSuffix("/code") })?.feature else {
      throw NetworkError("the pulling-away term needs a discriminator with a code; make it a ReconstructionScore")
    }
    let codes = code.flattened(from: 1)
    let directions = codes * reciprocalSquareRoot(square(codes).sum(axes: [1], keepingDimensions: true) + 1e-12)
    let term = meanOfPairs(square(matmul(directions, directions.transposed())))
    round.record("energy-based.alignment", term)
    return energy + pullingAway * term
  }
}

/// What speaks against a discriminator that is no autoencoder.
func autoencoderNotices(_ name: String, _ gan: GAN, isNeeded: Bool, reference: String) -> [Notice] {
  guard let last = gan.discriminator.innermostLayers.last, last.name != "reconstruction-score" else { return [] }
  return [
    Notice(
      isNeeded ? .error : .warning,
      "\(name) takes the discriminator's output for minus the error of an autoencoder, but it ends in \(last.name); make it a reconstruction-score",
      reference: reference)
  ]
}
