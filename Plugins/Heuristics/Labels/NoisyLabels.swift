import Adversarial
import Components
import Networks
import Tensors

/// Draws what the discriminator is told anew for each sample, near 1 for real and near 0 for generated ones.
///
/// The target of a real sample is uniform in [realLowest, 1], that of a generated one in [0, fakeHighest]. The list of tricks that it comes from
/// goes up to 1.2; above 1 the cross entropy has no minimum.
public struct NoisyLabels: Heuristic {
  public static let name = "noisy-labels"
  public static let summary = "Random targets near 1 and near 0."
  public static let equation = "target(real) ~ U(realLowest, 1), target(fake) ~ U(0, fakeHighest)"
  public static let reference = "Chintala et al. 2016 (How to train a GAN?), item 6"
  public static let fieldDescriptions = [
    "fakeHighest": "The highest target of a generated sample, in [0, 1]",
    "realLowest": "The lowest target of a real sample, in [0, 1], above 'fakeHighest'",
  ]

  /// The lowest target of a real sample, in [0, 1], above ``fakeHighest``.
  public var realLowest: Double = 0.7
  /// The highest target of a generated sample, in [0, 1].
  public var fakeHighest: Double = 0.3

  public init() {}

  public init(realLowest: Double, fakeHighest: Double) {
    (self.realLowest, self.fakeHighest) = (realLowest, fakeHighest)
  }

  public func validateFields() throws {
    try requireProbability(self, ("realLowest", realLowest), ("fakeHighest", fakeHighest))
    guard realLowest > fakeHighest else {
      throw ComponentError(
        component: name, field: "realLowest", value: realLowest, expected: "above 'fakeHighest', which is \(fakeHighest)")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    var notices = targetNotices(self, gan, Self.reference)
    if gan.heuristics.contains(where: { $0 is LabelSmoothing }) {
      notices.append(
        Notice(
          .warning, "\(name) and \(LabelSmoothing.name) both soften the discriminator's targets, one on top of the other; use one of them",
          reference: Self.reference))
    }
    return notices
  }

  public func targets(_ targets: Targets, in round: Round) throws -> Targets {
    // Affine in the targets that it finds, so that it composes with flipping.
    func noisy(_ target: Tensor, _ role: SampleRole) -> Tensor {
      let each = Shape([target.shape[0]] + target.shape.dropFirst().map { _ in 1 })
      func draws(_ name: String) -> Tensor { round.randomUniform("\(role)/\(name)", each, dtype: target.dtype) }
      let high = realLowest + (1 - realLowest) * draws("high")
      let low = fakeHighest * draws("low")
      return target * (high - low) + low
    }
    return Targets(real: noisy(targets.real, .real), fake: noisy(targets.fake, .fake))
  }
}
