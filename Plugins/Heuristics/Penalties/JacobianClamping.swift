import Adversarial
import Components
import Networks
import Tensors

/// Keeps how far the generator moves a sample for a small step of the latent vector between two bounds.
///
/// E[max(0, Q − λmax)² + max(0, λmin − Q)²], Q = ‖G(z + εd) − G(z)‖ / ε, d a random direction of length 1.
public struct JacobianClamping: Heuristic {
  public static let name = "jacobian-clamping"
  public static let summary = "The generator's slope kept between two bounds."
  public static let equation = "weight E max(0, Q - largest)^2 + max(0, smallest - Q)^2, Q = || G(z + e d) - G(z) || / e"
  public static let reference = "Odena et al. 2018, algorithm 1"
  public static let fieldDescriptions = [
    "largest": "The largest slope that is not punished; at least the smallest",
    "smallest": "The smallest slope that is not punished; not negative",
    "step": "The length ε of the step, positive",
    "weight": "The weight, not negative",
  ]

  /// The weight, not negative.
  public var weight: Double = 1
  /// λmin, not negative.
  public var smallest: Double = 1
  /// λmax, at least λmin.
  public var largest: Double = 20
  /// ε, positive.
  public var step: Double = 1

  public init() {}

  public init(weight: Double, smallest: Double = 1, largest: Double = 20, step: Double = 1) {
    (self.weight, self.smallest, self.largest, self.step) = (weight, smallest, largest, step)
  }

  public func validateFields() throws {
    try requireNotNegative(self, ("weight", weight), ("smallest", smallest))
    try requirePositive(self, ("step", step))
    guard largest >= smallest, largest.isFinite else {
      throw ComponentError(component: name, field: "largest", value: largest, expected: "at least 'smallest', which is \(smallest)")
    }
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let latents = evaluation.latents.tensor
    let random = round.randomNormal("direction", latents.shape, dtype: latents.dtype)
    let direction = random * reciprocalSquareRoot(square(random).sum(axes: [1], keepingDimensions: true) + 1e-12)
    func made(_ latents: Tensor) throws -> Tensor {
      try round.generator(Latents(latents), given: evaluation.fakeConditions, call: "clamping").output
    }
    let moved = square(try made(latents + step * direction) - made(latents)).flattened(from: 1).sum(axes: [1])
    // 1e-12 keeps the root's derivative finite where nothing moves.
    let slope = sqrt(moved + 1e-12) / step
    round.record("jacobian-clamping.slope", slope.mean())
    return weight * (square(relu(slope - largest)) + square(relu(smallest - slope))).mean()
  }
}
