import Adversarial
import Components
import Networks
import Tensors

/// Adds Gaussian noise to all that the discriminator sees, so that both distributions overlap; optionally decaying to zero.
///
/// σ(t) = σ₀ · max(0, 1 − t / `decaySteps`).
public struct InstanceNoise: Heuristic {
  public static let name = "instance-noise"
  public static let summary = "Gaussian noise on the discriminator's inputs."
  public static let equation = "x + sigma(t) n, n ~ N(0, 1)"
  public static let reference = "Sonderby et al. 2017, section 2.2; Arjovsky and Bottou 2017, theorem 3.2"
  public static let fieldDescriptions = [
    "decaySteps": "Rounds until the noise has fallen to zero, linearly; 0 for noise that stays",
    "standardDeviation": "The noise's standard deviation in the first round, in units of the data; not negative",
  ]

  /// The noise's standard deviation in the first round, in units of the data; not negative.
  public var standardDeviation: Double = 0.1
  /// Rounds until it has fallen to zero, linearly; 0 for noise that stays.
  public var decaySteps: Int = 0

  public init() {}

  public init(standardDeviation: Double, decaySteps: Int = 0) {
    self.standardDeviation = standardDeviation
    self.decaySteps = decaySteps
  }

  public func validateFields() throws {
    guard standardDeviation >= 0, standardDeviation.isFinite else {
      throw ComponentError(
        component: Self.name, field: "standardDeviation", value: standardDeviation, expected: "0 or more")
    }
    guard decaySteps >= 0 else {
      throw ComponentError(component: Self.name, field: "decaySteps", value: decaySteps, expected: "0 or more")
    }
  }

  public func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images {
    let noise = round.randomNormal(role.rawValue, images.tensor.shape, dtype: images.tensor.dtype)
    guard decaySteps > 0 else { return Images(images.tensor + noise * standardDeviation) }
    let left = maximum(1 - round.step.converted(to: images.tensor.dtype) / Double(decaySteps), 0)
    return Images(images.tensor + noise * (left * standardDeviation))
  }
}
