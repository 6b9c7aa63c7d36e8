import Adversarial
import Components
import Networks
import Tensors

/// Wants the discriminator to say the same of a sample and of the sample shifted, mirrored or with noise: CR for real samples, bCR for both kinds.
///
/// λ · E[(D(x) − D(T(x)))²] + λ_f · E[(D(G(z)) − D(T(G(z))))²]. T mirrors an image left and right with probability ½, shifts it by up to `shift` pixels
/// (zeros come in), and adds noise; samples that are no images get the noise alone.
public struct ConsistencyRegularization: Heuristic {
  public static let name = "consistency-regularization"
  public static let aliases = ["bcr": "Set fakeWeight, such as 10, for the balanced form", "cr": ""]
  public static let summary = "The discriminator says the same of a sample and of an augmented one."
  public static let equation = "weight E (D(x) - D(T(x)))^2 + fakeWeight E (D(G(z)) - D(T(G(z))))^2"
  public static let reference = "Zhang et al. 2020 (CR); Zhao et al. 2021 (ICR), algorithm 1"
  public static let fieldDescriptions = [
    "fakeWeight": "The weight λ_f of generated samples, not negative; 0 for CR, above for bCR",
    "mirrors": "Whether images are mirrored left and right",
    "noise": "The standard deviation of the noise, in units of the data; not negative",
    "shift": "By how many pixels at most images are shifted, 0 or more",
    "weight": "The weight λ of real samples, not negative",
  ]

  /// λ, not negative.
  public var weight: Double = 10
  /// λ_f, not negative; 0 for CR, above for bCR.
  public var fakeWeight: Double = 0
  /// By how many pixels at most images are shifted, 0 or more.
  public var shift: Int = 4
  /// Whether images are mirrored left and right.
  public var mirrors: Bool = true
  /// The standard deviation of the noise, in units of the data; not negative.
  public var noise: Double = 0

  public init() {}

  public init(weight: Double, fakeWeight: Double = 0, shift: Int = 4, mirrors: Bool = true, noise: Double = 0) {
    (self.weight, self.fakeWeight, self.shift, self.mirrors, self.noise) = (weight, fakeWeight, shift, mirrors, noise)
  }

  public func validateFields() throws {
    try requireNotNegative(self, ("weight", weight), ("fakeWeight", fakeWeight), ("noise", noise))
    guard (0...1_000).contains(shift) else {
      throw ComponentError(component: name, field: "shift", value: shift, expected: "from 0 to 1000")
    }
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    func distance(_ images: Images, _ role: SampleRole, _ conditions: Batch) throws -> Tensor {
      let plain = try round.discriminator(images, given: conditions, call: "consistency").output
      let changed = try round.discriminator(Images(augmented(images.tensor, role, round)), given: conditions, call: "consistency").output
      let distance = square(plain - changed).mean()
      round.record("consistency-regularization.\(role)", distance)
      return distance
    }
    var term = weight * (try distance(evaluation.real, .real, evaluation.realConditions))
    if fakeWeight > 0 { term += fakeWeight * (try distance(evaluation.fake, .fake, evaluation.fakeConditions)) }
    return term
  }

  private func augmented(_ samples: Tensor, _ role: SampleRole, _ round: Round) -> Tensor {
    var samples = samples
    if samples.rank == 4 {
      let each: Shape = [samples.shape[0], 1, 1, 1]
      if mirrors { samples = mirrored(samples, where: round.randomUniform("\(role)/mirror", each).isLess(than: 0.5)) }
      if shift > 0 {
        func steps(_ name: String) -> Tensor { uniformInteger(round.randomUniform("\(role)/\(name)", each), -shift...shift) }
        samples = shifted(samples, rows: steps("rows"), columns: steps("columns"))
      }
    }
    return noise > 0 ? samples + noise * round.randomNormal("\(role)/noise", samples.shape, dtype: samples.dtype) : samples
  }
}
