import Adversarial
import Components
import Networks
import Tensors

/// Pulls what the discriminator says of real samples towards what it has been saying of generated ones, and the other way round: for little data.
///
/// λ · (E[(D(x) − α_F)²] + E[(D(G(z)) − α_R)²]), α_R and α_F moving averages of D(x) and D(G(z)) that begin with the first batch's means.
/// The authors' program only punishes D(x) > α_F and D(G(z)) < α_R (`isOneSided`).
public struct LeCamRegularization: Heuristic {
  public static let name = "lecam-regularization"
  public static let aliases = ["lecam": ""]
  public static let summary = "Logits of either kind pulled to the running mean of the other kind's."
  public static let equation = "weight (E (D(x) - a_F)^2 + E (D(G(z)) - a_R)^2)"
  public static let reference = "Tseng et al. 2021 (Regularizing GANs under limited data)"
  public static let fieldDescriptions = [
    "decay": "The decay of the running means, in [0, 1)",
    "isOneSided": "Whether only logits on the far side of the other kind's mean are punished, as in the authors' program",
    "weight": "The weight λ, not negative",
  ]

  /// λ, not negative.
  public var weight: Double = 0.3
  /// The decay of the running means, in [0, 1).
  public var decay: Double = 0.99
  /// Whether only logits on the far side of the other kind's mean are punished, as in the authors' program.
  public var isOneSided: Bool = false

  public init() {}

  public init(weight: Double, decay: Double = 0.99, isOneSided: Bool = false) {
    (self.weight, self.decay, self.isOneSided) = (weight, decay, isOneSided)
  }

  public func validateFields() throws {
    try requireNotNegative(self, ("weight", weight))
    guard (0..<1).contains(decay) else {
      throw ComponentError(component: name, field: "decay", value: decay, expected: "in [0, 1)")
    }
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let (real, fake) = (evaluation.realLogits.tensor, evaluation.fakeLogits.tensor)
    let started = try round.persistent("started", initial: Tensor(int32: [0], shape: []))
    try round.setPersistent("started", to: Tensor(int32: [1], shape: []))
    func average(_ logits: Tensor, _ name: String) throws -> Tensor {
      let before = try round.persistent(name, initial: .zeros([]))
      let now = logits.mean().stoppingGradient
      let after = select(started.isEqual(to: 0), now, before + (1 - decay) * (now - before))
      try round.setPersistent(name, to: after)
      round.record("lecam-regularization.\(name)", after)
      return after
    }
    let (meanOfReal, meanOfFake) = (try average(real, "real"), try average(fake, "fake"))
    let above = real - meanOfFake
    let below = meanOfReal - fake
    return weight * (square(isOneSided ? relu(above) : above).mean() + square(isOneSided ? relu(below) : below).mean())
  }
}
