import Adversarial
import Components
import Networks
import Tensors

/// The discriminator says how much more real one sample is than another, so that real samples must lose where generated ones win.
///
/// With f the base's loss of a margin (log(1 + e^-y), (y - 1)², max(0, 1 - y)): in pairs (RpGAN)
/// L_D = E[f(D(x) - D(G(z)))], L_G = E[f(D(G(z)) - D(x))]; against averages (RaGAN)
/// L_D = E[f(D(x) - mean D(G))] + E[f(mean D(x) - D(G))], L_G the same with the roles exchanged. The paper's losses against averages are not
/// halved, and neither are these.
public struct RelativisticLoss: Loss {
  /// The loss of a margin.
  public enum Base: String, ComponentChoice {
    /// log(1 + e^-y): RSGAN, and R3GAN.
    case logistic
    /// (y - 1)²: RaLSGAN.
    case leastSquares = "least-squares"
    /// max(0, 1 - y): RaHingeGAN.
    case hinge
  }

  /// What a sample is compared with.
  public enum Pairing: String, ComponentChoice {
    /// One sample of the other kind.
    case paired
    /// The mean of the other kind.
    case averaged
  }

  public static let name = "relativistic"
  public static let aliases = ["rpgan": "", "rsgan": "", "r3gan": "", "ragan": "set pairing to averaged"]
  public static let summary = "The discriminator tells how much more real a sample is than one, or the mean, of the other kind."
  public static let equation =
    "paired: L_D = E[f(D(x) - D(G(z)))], L_G = E[f(D(G(z)) - D(x))];  averaged: L_D = E[f(D(x) - E D(G))] + E[f(E D(x) - D(G))]"
  public static let reference =
    "Jolicoeur-Martineau 2019, equations 3, 4, 10 and 11; paired with R1 and R2 in Huang et al. 2024, equation 2"
  public static let fieldDescriptions = [
    "base": "The loss f of a margin y: log(1 + e^-y), (y - 1)^2 or max(0, 1 - y)",
    "pairing": "Whether a sample is compared with one sample of the other kind, or with their mean",
  ]

  /// The loss of a margin.
  public var base = Base.logistic
  /// What a sample is compared with.
  public var pairing = Pairing.paired

  public init() {}

  /// A relativistic loss with the given base and pairing.
  public init(_ base: Base, pairing: Pairing = .paired) {
    self.base = base
    self.pairing = pairing
  }

  public var kind: LossKind { .critic }
  public var comparesGeneratorWithReal: Bool { true }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor { loss(real.tensor, over: fake.tensor) }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor { loss(fake.tensor, over: real.tensor) }

  private func loss(_ winner: Tensor, over loser: Tensor) -> Tensor {
    switch pairing {
    case .paired: margin(winner - loser).mean()
    case .averaged: margin(winner - loser.mean()).mean() + margin(winner.mean() - loser).mean()
    }
  }

  private func margin(_ y: Tensor) -> Tensor {
    switch base {
    case .logistic: softplus(-y)
    case .leastSquares: square(y - 1)
    case .hinge: relu(1 - y)
    }
  }
}
