import Adversarial
import Components
import Networks
import Tensors

/// The loss that the original paper recommends in practice: the generator maximizes log D(G(z)), whose gradient is strong where the
/// discriminator is sure.
///
/// L_G = E[softplus(−D(G(z)))], on logits.
public struct NonSaturatingLoss: Loss {
  public static let name = "non-saturating"
  public static let summary = "The original GAN's loss with the generator maximizing log D(G(z))."
  public static let equation = "L_D = -E[log s(D(x))] - E[log(1 - s(D(G(z))))];  L_G = -E[log s(D(G(z)))]"
  public static let reference = "Goodfellow et al. 2014, section 3"

  public init() {}

  public var usesTargets: Bool { true }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    binaryCrossEntropy(real.tensor, targets.real) + binaryCrossEntropy(fake.tensor, targets.fake)
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor {
    softplus(-fake.tensor).mean()
  }
}
