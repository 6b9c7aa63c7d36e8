import Adversarial
import Components
import Layers
import Networks
import Tensors

/// A classifier with two places for each class, one for real and one for generated samples: the generator wants its samples in the first and
/// not in the second, so that the classifier is a discriminator of each class.
public struct AdversarialClassifier: ClassTerm {
  public static let name = "adversarial-classifier"
  public static let aliases = ["adc-gan": "", "adc": ""]
  public static let summary = "A classifier that tells the real and generated samples of a class apart, against the generator."
  public static let equation =
    "L_D + weight (-E[log C(c, real | x)] - E[log C(c, generated | y)]);  L_G + weight (-E[log C(c, real | y)] + E[log C(c, generated | y)]),  y = G(z, c)"
  public static let reference = "Hou et al. 2022, equations 7 and 8"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default",
    "weight": "The weight of the term, not negative",
  ]

  /// The weight of the term, not negative.
  public var weight = 1.0
  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"

  public init() {}

  /// An adversarial classifier of the given weight.
  public init(weight: Double, condition: String = "label") {
    self.weight = weight
    self.condition = condition
  }

  public func validateFields() throws { try checkWeight("weight", weight) }

  public func review(_ gan: GAN) -> [Notice] { classNotices(gan, reference: Self.reference) }

  public var networks: [PartNetwork] {
    [PartNetwork(name, from: .features(of: "discriminator"), trainedWith: .discriminator) { ClassOutputs(condition, perClass: 2) }]
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let real = try surprise(name, evaluation.realTaps, evaluation.realConditions, round)
    let fake = try surprise(name, evaluation.fakeTaps, evaluation.fakeConditions, round, offset: 1)
    round.record("\(name).real", real)
    return weight * (real + fake)
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let wanted = try surprise(name, evaluation.fakeTaps, evaluation.fakeConditions, round)
    let known = try surprise(name, evaluation.fakeTaps, evaluation.fakeConditions, round, offset: 1)
    return weight * (wanted - known)
  }
}
