import Components
import Networks
import Tensors

/// The two players' objectives, as functions of the discriminator's logits. Each player minimizes its own.
public protocol Loss: Component {
  /// What the discriminator minimizes; a scalar.
  func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor

  /// What the generator minimizes; a scalar. `real` holds the logits of real samples only where ``comparesGeneratorWithReal`` says so.
  func generatorLoss(real: Logits, fake: Logits) -> Tensor

  /// What the discriminator minimizes, for losses that look at more than logits: labels, features, networks of their own. By default
  /// ``discriminatorLoss(real:fake:targets:)`` of the evaluation.
  func discriminatorLoss(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor

  /// What the generator minimizes, likewise. By default ``generatorLoss(real:fake:)`` of the evaluation.
  func generatorLoss(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor

  /// Networks that the loss brings into a GAN, beside its own two; none by default.
  var networks: [PartNetwork] { get }

  /// Whether the generator's loss needs the logits of real samples (relativistic losses), at the price of computing them.
  var comparesGeneratorWithReal: Bool { get }

  /// Whether ``discriminatorLoss(real:fake:targets:)`` looks at the targets, so that smoothing and flipping them has an effect.
  var usesTargets: Bool { get }

  /// Whether the loss means what it should only where something bounds how steep the discriminator is; `false` by default.
  var needsBoundedSlope: Bool { get }

  /// Whether the discriminator estimates a probability (its output is a logit) or is an unbounded critic.
  var kind: LossKind { get }

  /// What speaks against this loss in `gan`: errors refuse the composition, warnings are shown.
  func review(_ gan: GAN) -> [Notice]
}

/// What a loss takes the discriminator's output for.
public enum LossKind: String, Sendable {
  /// A logit: its sigmoid is the probability of being real.
  case classifier
  /// A score without bounds, meant to be Lipschitz.
  case critic
  /// Several numbers, of which none alone says whether a sample is real: an embedding, scores of classes.
  case embedding
}

extension Loss {
  public func discriminatorLoss(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor {
    discriminatorLoss(real: evaluation.realLogits, fake: evaluation.fakeLogits, targets: evaluation.targets)
  }

  public func generatorLoss(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor {
    guard comparesGeneratorWithReal else {
      // Whoever looks at real logits all the same gets an error, not other numbers under their name.
      let absent = TensorError("\(name) looks at the logits of real samples, but its comparesGeneratorWithReal is false; make it true")
      return generatorLoss(real: Logits(.invalid(absent, shape: evaluation.fakeLogits.tensor.shape)), fake: evaluation.fakeLogits)
    }
    return generatorLoss(real: try evaluation.real().logits, fake: evaluation.fakeLogits)
  }

  public var networks: [PartNetwork] { [] }
  public var comparesGeneratorWithReal: Bool { false }
  public var usesTargets: Bool { false }
  public var needsBoundedSlope: Bool { false }
  public var kind: LossKind { .classifier }
  public func review(_ gan: GAN) -> [Notice] { [] }
}
