import Adversarial
import Components
import Networks
import Tensors

/// Now and then tells the discriminator that a real sample is generated, and that a generated one is real.
///
/// Each target t is 1 − t with probability p, drawn for each sample; p may fall to zero in a straight line.
public struct LabelFlipping: Heuristic {
  public static let name = "label-flipping"
  public static let aliases = ["flipping": ""]
  public static let summary = "Exchanges the targets of some samples."
  public static let equation = "target = 1 - target with probability p"
  public static let reference = "Chintala et al. 2016 (How to train a GAN?), item 6"
  public static let fieldDescriptions = [
    "decaySteps": "Rounds until the probability has fallen to zero, linearly; 0 for one that stays",
    "fakeProbability": "The probability that a generated sample's target is flipped, in [0, 1]",
    "realProbability": "The probability that a real sample's target is flipped, in [0, 1]",
  ]

  /// The probability that a real sample's target is flipped, in [0, 1].
  public var realProbability: Double = 0.05
  /// The probability that a generated sample's target is flipped, in [0, 1].
  public var fakeProbability: Double = 0.05
  /// Rounds until the probability has fallen to zero, linearly; 0 for one that stays.
  public var decaySteps: Int = 0

  public init() {}

  public init(realProbability: Double, fakeProbability: Double, decaySteps: Int = 0) {
    (self.realProbability, self.fakeProbability, self.decaySteps) = (realProbability, fakeProbability, decaySteps)
  }

  public func validateFields() throws {
    try requireProbability(self, ("realProbability", realProbability), ("fakeProbability", fakeProbability))
    guard decaySteps >= 0 else {
      throw ComponentError(component: name, field: "decaySteps", value: decaySteps, expected: "0 or more")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    var notices = targetNotices(self, gan, Self.reference)
    for (field, value) in [("realProbability", realProbability), ("fakeProbability", fakeProbability)] where value > 0.5 {
      notices.append(
        Notice(.warning, "\(name): with \(field) above 0.5 more samples of that kind are called false than true; choose a smaller one"))
    }
    return notices
  }

  public func targets(_ targets: Targets, in round: Round) throws -> Targets {
    func flipped(_ target: Tensor, _ role: SampleRole, _ probability: Double) -> Tensor {
      let each = Shape([target.shape[0]] + target.shape.dropFirst().map { _ in 1 })
      let draws = round.randomUniform(role.rawValue, each)
      guard decaySteps > 0 else { return select(draws.isLess(than: probability), 1 - target, target) }
      let left = maximum(1 - round.step.converted(to: .float32) / Double(decaySteps), 0)
      return select(draws.isLess(than: left * probability), 1 - target, target)
    }
    return Targets(real: flipped(targets.real, .real, realProbability), fake: flipped(targets.fake, .fake, fakeProbability))
  }
}
