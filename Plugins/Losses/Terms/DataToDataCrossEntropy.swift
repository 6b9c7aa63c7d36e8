import Adversarial
import Components
import Networks
import Tensors

/// Data-to-data cross entropy (D2D-CE): samples are drawn to the vector of their class and pushed from samples of other classes, easy cases apart.
///
/// Cosines of a sample and its class above `positiveMargin`, and of samples of different classes below `negativeMargin`, count no further.
public struct DataToDataCrossEntropy: ContrastTerm {
  public static let name = "data-to-data-cross-entropy"
  public static let aliases = ["d2d-ce": "", "reacgan": ""]
  public static let summary =
    "Embeddings are drawn to their class and pushed from samples of other classes, as far as margins say (D2D-CE)."
  public static let equation =
    "-E[log a_i / (a_i + sum_{other class} exp(max(f_i . f_k - negativeMargin, 0) / temperature))],  a_i = exp(min(f_i . v_c - positiveMargin, 0) / temperature)"
  public static let reference = "Kang et al. 2021, ReACGAN, equation 9; the margins of StudioGAN, whose negative one is 1 - 0.98"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default",
    "dimensions": "How many numbers an embedding has, at least 1",
    "negativeMargin": "The cosine below which samples of different classes are far enough apart, in [-1, 1]",
    "positiveMargin": "The cosine above which a sample is near enough to its class, in [-1, 1]",
    "temperature": "What cosines are divided by, 0.05 or more",
    "weight": "The weight of the term, not negative",
  ]

  /// The weight of the term, not negative.
  public var weight = 1.0
  /// What cosines are divided by, 0.05 or more.
  public var temperature = 0.5
  /// The cosine above which a sample is near enough to its class, in [−1, 1].
  public var positiveMargin = 0.98
  /// The cosine below which samples of different classes are far enough apart, in [−1, 1].
  public var negativeMargin = 0.02
  /// How many numbers an embedding has, at least 1.
  public var dimensions = 512
  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"

  public init() {}

  /// A cross entropy of the given weight.
  public init(
    weight: Double, temperature: Double = 0.5, positiveMargin: Double = 0.98, negativeMargin: Double = 0.02, dimensions: Int = 512,
    condition: String = "label"
  ) {
    self.weight = weight
    self.temperature = temperature
    self.positiveMargin = positiveMargin
    self.negativeMargin = negativeMargin
    self.dimensions = dimensions
    self.condition = condition
  }

  public func validateFields() throws {
    try checkContrast()
    for (field, value) in [("positiveMargin", positiveMargin), ("negativeMargin", negativeMargin)] {
      guard value.magnitude <= 1 else { throw ComponentError(component: name, field: field, value: value, expected: "a number in [-1, 1]") }
    }
  }

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
    let attraction = minimum(own - positiveMargin, 0) * (1 / temperature)
    let repulsion = exp(relu(pairs - negativeMargin) * (1 / temperature)) * (1 - isSame)
    return log(exp(attraction) + repulsion.sum(axes: [1])) - attraction
  }
}
