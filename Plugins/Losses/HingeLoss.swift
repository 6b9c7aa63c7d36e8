import Adversarial
import Components
import Networks
import Tensors

/// The hinge version of the adversarial loss: the discriminator stops pushing where it is right by a margin of 1.
public struct HingeLoss: Loss {
  public static let name = "hinge"
  public static let summary = "Hinge loss: no push where the discriminator is right by a margin of 1."
  public static let equation = "L_D = E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))];  L_G = -E[D(G(z))]"
  public static let reference = "Lim and Ye 2017; Miyato et al. 2018, equations 16 and 17"

  public init() {}

  public var kind: LossKind { .critic }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    relu(1 - real.tensor).mean() + relu(1 + fake.tensor).mean()
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor {
    -fake.tensor.mean()
  }
}
