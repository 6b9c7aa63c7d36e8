import Adversarial
import Components
import Networks
import Tensors

/// Squared distances of the discriminator's raw output to the targets (1 for real, 0 for generated).
///
/// L_D = ½ E[(D(x) − t_real)²] + ½ E[(D(G(z)) − t_fake)²], L_G = ½ E[(D(G(z)) − 1)²]; on outputs without a sigmoid.
public struct LeastSquaresLoss: Loss {
  public static let name = "least-squares"
  public static let aliases = ["lsgan": ""]
  public static let summary = "Squared distance of the discriminator's output to its targets."
  public static let equation = "L_D = 1/2 E[(D(x) - 1)^2] + 1/2 E[D(G(z))^2];  L_G = 1/2 E[(D(G(z)) - 1)^2]"
  public static let reference = "Mao et al. 2017, equation 9"

  public init() {}

  public var usesTargets: Bool { true }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    0.5 * square(real.tensor - targets.real).mean() + 0.5 * square(fake.tensor - targets.fake).mean()
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor {
    0.5 * square(fake.tensor - 1).mean()
  }
}
