import Adversarial
import Components
import Networks
import Tensors

/// The zero-sum game of Goodfellow et al. 2014, equation 1; the generator minimizes what the discriminator maximizes, and its gradient
/// vanishes where the discriminator is sure.
///
/// L_D = E[softplus(−D(x))] + E[softplus(D(G(z)))], L_G = −E[softplus(D(G(z)))], on logits: log σ(D) = −softplus(−D).
public struct MinimaxLoss: Loss {
  public static let name = "minimax"
  public static let summary = "The zero-sum loss of the original GAN; the generator's gradient saturates."
  public static let equation = "L_D = -E[log s(D(x))] - E[log(1 - s(D(G(z))))];  L_G = E[log(1 - s(D(G(z))))]"
  public static let reference = "Goodfellow et al. 2014, equation 1"

  public init() {}

  public var usesTargets: Bool { true }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    binaryCrossEntropy(real.tensor, targets.real) + binaryCrossEntropy(fake.tensor, targets.fake)
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor {
    -softplus(fake.tensor).mean()
  }
}

/// The mean of −t·log σ(l) − (1 − t)·log(1 − σ(l)) = softplus(l) − t·l, stable for any logit.
func binaryCrossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
  (softplus(logits) - targets * logits).mean()
}
