import Adversarial
import Components
import Networks
import Tensors

/// Adds noise to each gradient that fades as training goes on.
///
/// g + N(0, η / (1 + t)^γ), t the number of the round.
public struct AnnealedGradientNoise: Heuristic {
  public static let name = "gradient-noise"
  public static let summary = "Noise on each gradient that fades as training goes on."
  public static let equation = "g + N(0, eta / (1 + t)^decay)"
  public static let reference = "Neelakantan et al. 2015, section 3"
  public static let fieldDescriptions = [
    "decay": "How fast the variance falls; not negative", "eta": "The variance of the noise at first; not negative",
  ]

  /// η, the variance of the noise at first; not negative.
  public var eta: Double = 0.01
  /// γ, how fast the variance falls; not negative.
  public var decay: Double = 0.55

  public init() {}

  public init(eta: Double, decay: Double = 0.55) {
    (self.eta, self.decay) = (eta, decay)
  }

  public func validateFields() throws { try requireNotNegative(self, ("eta", eta), ("decay", decay)) }

  public func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters {
    let dtype = round.dtype(of: player)
    let deviation = sqrt(eta * pow(round.step.converted(to: dtype) + 1, -decay))
    round.record("gradient-noise.deviation", deviation)
    return gradient.mapped { $1 + deviation * round.randomNormal($0, $1.shape, dtype: dtype) }
  }
}
