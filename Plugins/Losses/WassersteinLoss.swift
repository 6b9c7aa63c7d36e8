import Adversarial
import Components
import Networks
import Tensors

/// The difference of the critic's means: an estimate of the Wasserstein distance if the critic is 1-Lipschitz, which something else must
/// see to (weight clipping, a gradient penalty, spectral normalization).
public struct WassersteinLoss: Loss {
  public static let name = "wasserstein"
  public static let aliases = ["wgan": ""]
  public static let summary = "The difference of the critic's means; needs a Lipschitz constraint."
  public static let equation = "L_D = E[D(G(z))] - E[D(x)];  L_G = -E[D(G(z))]"
  public static let reference = "Arjovsky et al. 2017, equation 2"

  public init() {}

  public var kind: LossKind { .critic }
  public var needsBoundedSlope: Bool { true }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    fake.tensor.mean() - real.tensor.mean()
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor {
    -fake.tensor.mean()
  }
}
