import Adversarial
import Components
import Networks
import Tensors

/// Tells the discriminator that real samples are real with a probability below 1. One-sided by default: smoothing the generated side
/// rewards the discriminator for mistakes where there is no data.
public struct LabelSmoothing: Heuristic {
  public static let name = "label-smoothing"
  public static let summary = "Softens the discriminator's targets."
  public static let equation = "target(real) = 0.9, target(fake) = 0"
  public static let reference = "Salimans et al. 2016, section 3.4"
  public static let fieldDescriptions = [
    "fake": "The target of generated samples, in [0, 1]",
    "real": "The target of real samples, in [0, 1]",
  ]

  /// The target of real samples, in [0, 1].
  public var real: Double = 0.9
  /// The target of generated samples, in [0, 1].
  public var fake: Double = 0

  public init() {}

  public init(real: Double, fake: Double = 0) {
    self.real = real
    self.fake = fake
  }

  public func validateFields() throws {
    for (field, value) in [("real", real), ("fake", fake)] where !(0...1).contains(value) {
      throw ComponentError(component: Self.name, field: field, value: value, expected: "a probability in [0, 1]")
    }
    guard real > fake else {
      throw ComponentError(
        component: Self.name, field: "real", value: real,
        expected: "above 'fake', which is \(fake): otherwise the discriminator is told that generated samples are the real ones")
    }
  }

  public func review(_ gan: GAN) -> [Notice] { targetNotices(self, gan, Self.reference) }

  public func targets(_ targets: Targets, in round: Round) throws -> Targets {
    // Affine in the targets that it finds, so that it composes with flipping.
    func smoothed(_ target: Tensor) -> Tensor { target * (real - fake) + fake }
    return Targets(real: smoothed(targets.real), fake: smoothed(targets.fake))
  }
}
