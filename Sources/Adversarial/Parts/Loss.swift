import Components
import Networks
import Tensors

/// The two players' objectives, as functions of the discriminator's logits. Each player minimizes its own.
public protocol Loss: Component {
  /// What the discriminator minimizes; a scalar.
  func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor

  /// What the generator minimizes; a scalar. `real` holds the logits of real samples only where ``comparesGeneratorWithReal`` says so.
  func generatorLoss(real: Logits, fake: Logits) -> Tensor

  /// Whether the generator's loss needs the logits of real samples (relativistic losses), at the price of computing them.
  var comparesGeneratorWithReal: Bool { get }

  /// Whether ``discriminatorLoss(real:fake:targets:)`` looks at the targets, so that smoothing and flipping them has an effect.
  var usesTargets: Bool { get }

  /// Whether the discriminator estimates a probability (its output is a logit) or is an unbounded critic.
  var kind: LossKind { get }
}

/// What a loss takes the discriminator's output for.
public enum LossKind: String, Sendable {
  /// A logit: its sigmoid is the probability of being real.
  case classifier
  /// A score without bounds, meant to be Lipschitz.
  case critic
}

extension Loss {
  public var comparesGeneratorWithReal: Bool { false }
  public var usesTargets: Bool { false }
  public var kind: LossKind { .classifier }
}
