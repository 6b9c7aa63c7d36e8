import Adversarial
import Components
import Networks
import Tensors

/// Conditional contrastive loss (2C): samples are drawn to the vector of their class and to each other where they share it.
public struct ConditionalContrast: ContrastTerm {
  public static let name = "conditional-contrast"
  public static let aliases = ["2c": "", "contragan": ""]
  public static let summary = "Embeddings of samples are drawn to their class and to samples of the same class, against all others (2C)."
  public static let equation =
    "-E[log (e(f_i . v_c) + sum_{k != i, same class} e(f_i . f_k)) / (e(f_i . v_c) + sum_{k != i} e(f_i . f_k))],  e(s) = exp(s / temperature), f and v of length 1"
  public static let reference = "Kang and Park 2020, ContraGAN, equation 8"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default",
    "dimensions": "How many numbers an embedding has, at least 1",
    "temperature": "What cosines are divided by, 0.05 or more",
    "weight": "The weight of the term, not negative",
  ]

  /// The weight of the term, not negative.
  public var weight = 1.0
  /// What cosines are divided by, 0.05 or more.
  public var temperature = 1.0
  /// How many numbers an embedding has, at least 1.
  public var dimensions = 512
  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"

  public init() {}

  /// A contrast of the given weight.
  public init(weight: Double, temperature: Double = 1, dimensions: Int = 512, condition: String = "label") {
    self.weight = weight
    self.temperature = temperature
    self.dimensions = dimensions
    self.condition = condition
  }

  public func validateFields() throws { try checkContrast() }

  public func review(_ gan: GAN) -> [Notice] { classNotices(gan, reference: Self.reference) }

  public var networks: [PartNetwork] { contrastNetworks }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let real = try term(evaluation.realTaps, evaluation.realConditions, round)
    round.record("\(name).real", real)
    return weight * real
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    weight * (try term(evaluation.fakeTaps, evaluation.fakeConditions, round))
  }

  func contrast(own: Tensor, pairs: Tensor, isSame: Tensor) -> Tensor {
    // Cosines are at most 1, so no exponential is above 1.
    func likeness(_ cosine: Tensor) -> Tensor { exp((cosine - 1) * (1 / temperature)) }
    let others = likeness(pairs) * differs(pairs.shape[0], pairs.dtype)
    let toClass = likeness(own)
    return log(toClass + others.sum(axes: [1])) - log(toClass + (others * isSame).sum(axes: [1]))
  }
}
