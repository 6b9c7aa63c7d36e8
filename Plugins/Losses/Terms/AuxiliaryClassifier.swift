import Adversarial
import Components
import Layers
import Networks
import Tensors

/// A second head of the discriminator names the class of samples, and the generator makes samples whose class it recognizes.
///
/// Both players maximize the paper's L_C, of real and of generated samples; many implementations leave the generated ones out where the
/// discriminator learns (`includesGenerated: false`).
public struct AuxiliaryClassifier: ClassTerm {
  public static let name = "auxiliary-classifier"
  public static let aliases = ["acgan": "", "ac-gan": ""]
  public static let summary = "Discriminator and generator both want the class of samples to be recognized."
  public static let equation = "L_C = -E[log P(c | x)] - E[log P(c | G(z, c))];  L_D + weight L_C, L_G + weight L_C"
  public static let reference = "Odena et al. 2017, equation 3"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default",
    "includesGenerated": "Whether the discriminator learns from the classes of generated samples too, as in the paper",
    "weight": "The weight of the term, not negative",
  ]

  /// The weight of the term, not negative.
  public var weight = 1.0
  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"
  /// Whether the discriminator learns from the classes of generated samples too, as in the paper.
  public var includesGenerated = true

  public init() {}

  /// An auxiliary classifier of the given weight.
  public init(weight: Double, condition: String = "label", includesGenerated: Bool = true) {
    self.weight = weight
    self.condition = condition
    self.includesGenerated = includesGenerated
  }

  public func validateFields() throws { try checkWeight("weight", weight) }

  public func review(_ gan: GAN) -> [Notice] { classNotices(gan, reference: Self.reference) }

  public var networks: [PartNetwork] {
    [PartNetwork(name, from: .features(of: "discriminator"), trainedWith: .discriminator) { ClassOutputs(condition) }]
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let real = try surprise(name, evaluation.realTaps, evaluation.realConditions, round)
    round.record("\(name).real", real)
    guard includesGenerated else { return weight * real }
    return weight * (real + (try surprise(name, evaluation.fakeTaps, evaluation.fakeConditions, round)))
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let fake = try surprise(name, evaluation.fakeTaps, evaluation.fakeConditions, round)
    round.record("\(name).fake", fake)
    return weight * fake
  }
}
