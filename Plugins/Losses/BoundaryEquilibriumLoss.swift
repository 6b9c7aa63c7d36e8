import Adversarial
import Components
import Networks
import Tensors

/// Autoencoding discriminator and generator kept in balance: a factor k of the generated samples' loss moves so that their reconstruction
/// error stays a given part of that of real ones.
///
/// The reconstruction error is minus the discriminator's output: make the discriminator a `ReconstructionScore` with power 1. k begins at 0,
/// moves with each step of the discriminator by that step's own samples, and stays in [0, 1]; it is part of the training state.
public struct BoundaryEquilibriumLoss: Loss {
  public static let name = "boundary-equilibrium"
  public static let aliases = ["began": ""]
  public static let summary = "Reconstruction errors of an autoencoding discriminator, balanced by a factor that adapts itself."
  public static let equation =
    "R = -D;  L_D = E[R(x)] - k E[R(G(z))];  L_G = E[R(G(z))];  k <- clip(k + rate (diversity E[R(x)] - E[R(G(z))]), 0, 1)"
  public static let reference = "Berthelot et al. 2017, section 3.4"
  public static let fieldDescriptions = [
    "diversity":
      "How large generated samples' reconstruction error is to be, as a part of that of real ones, in [0, 1]; lower makes sharper and fewer",
    "rate": "How fast the factor k moves, positive",
  ]

  /// How large generated samples' reconstruction error is to be, as a part γ of that of real ones, in [0, 1]; lower makes sharper and fewer.
  public var diversity = 0.5
  /// How fast the factor k moves, positive.
  public var rate = 0.001

  public init() {}

  /// A loss with the given diversity.
  public init(diversity: Double, rate: Double = 0.001) {
    self.diversity = diversity
    self.rate = rate
  }

  public func validateFields() throws {
    guard diversity >= 0, diversity <= 1 else {
      throw ComponentError(component: name, field: "diversity", value: diversity, expected: "a number in [0, 1]")
    }
    guard rate > 0, rate.isFinite else {
      throw ComponentError(component: name, field: "rate", value: rate, expected: "a positive number")
    }
  }

  public var kind: LossKind { .critic }

  public func review(_ gan: GAN) -> [Notice] { autoencoderNotices(name, gan, isNeeded: false, reference: Self.reference) }

  public func discriminatorLoss(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor {
    let (real, fake) = (-evaluation.realLogits.tensor.mean(), -evaluation.fakeLogits.tensor.mean())
    let k = try round.persistent("k", initial: .zeros([], dtype: real.dtype))
    let balance = diversity * real - fake
    try round.setPersistent("k", to: clamp(k + rate * balance, to: 0...1))
    round.record("boundary-equilibrium.k", k)
    round.record("boundary-equilibrium.measure", real + abs(balance))
    return real - k * fake
  }

  /// The loss where k is 1.
  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor { fake.tensor.mean() - real.tensor.mean() }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor { -fake.tensor.mean() }
}
