import Adversarial
import Components
import Layers
import Networks
import Tensors

/// An auxiliary classifier with a twin that learns from generated samples alone: the generator is recognized by the first and not by the twin,
/// which gives each class its entropy back.
public struct TwinClassifier: ClassTerm {
  public static let name = "twin-classifier"
  public static let aliases = ["tac-gan": "", "tac": ""]
  public static let summary = "An auxiliary classifier, and a twin of it that keeps classes from losing their variety."
  public static let equation =
    "L_D + weight (-E[log C(c | x)] - E[log C(c | y)]) - twinWeight E[log T(c | y)];  L_G - weight E[log C(c | y)] + twinWeight E[log T(c | y)],  y = G(z, c)"
  public static let reference = "Gong et al. 2019, equation 4"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default",
    "includesGenerated": "Whether the first classifier learns from generated samples too, as in the paper",
    "twinWeight": "The weight of the twin, not negative",
    "weight": "The weight of the first classifier, not negative",
  ]

  /// The weight of the first classifier, not negative.
  public var weight = 1.0
  /// The weight of the twin, not negative.
  public var twinWeight = 1.0
  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"
  /// Whether the first classifier learns from generated samples too, as in the paper.
  public var includesGenerated = true

  public init() {}

  /// Twin classifiers of the given weights.
  public init(weight: Double, twinWeight: Double = 1, condition: String = "label", includesGenerated: Bool = true) {
    self.weight = weight
    self.twinWeight = twinWeight
    self.condition = condition
    self.includesGenerated = includesGenerated
  }

  public func validateFields() throws {
    try checkWeight("weight", weight)
    try checkWeight("twinWeight", twinWeight)
  }

  public func review(_ gan: GAN) -> [Notice] { classNotices(gan, reference: Self.reference) }

  private static let twin = "twin-of-classifier"

  public var networks: [PartNetwork] {
    [name, Self.twin].map { name in
      PartNetwork(name, from: .features(of: "discriminator"), trainedWith: .discriminator) { ClassOutputs(condition) }
    }
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let real = try surprise(name, evaluation.realTaps, evaluation.realConditions, round)
    let fake = try surprise(name, evaluation.fakeTaps, evaluation.fakeConditions, round)
    let twin = try surprise(Self.twin, evaluation.fakeTaps, evaluation.fakeConditions, round)
    round.record("\(name).real", real)
    round.record("\(name).twin", twin)
    return weight * (includesGenerated ? real + fake : real) + twinWeight * twin
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let fake = try surprise(name, evaluation.fakeTaps, evaluation.fakeConditions, round)
    let twin = try surprise(Self.twin, evaluation.fakeTaps, evaluation.fakeConditions, round)
    return weight * fake - twinWeight * twin
  }
}
