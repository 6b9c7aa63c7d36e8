import Adversarial
import Components
import Networks
import Tensors

/// An optimizer of one's own out of transformations, one after another: clip, average, scale, decay.
///
/// ```swift
/// Chain(learningRate: 2e-4) {
///   ClipByNorm(maximum: 1)
///   ScaleByAdam(beta1: 0)
///   DecayedWeights(rate: 1e-4)
/// }
/// ```
/// On the command line `chain:learningRate=2e-4,clip-by-norm:maximum=1,scale-by-adam:beta1=0,decayed-weights:rate=1e-4`.
public struct Chain: ChainedOptimizer, ComponentGroup {
  public static let name = "chain"
  public static let summary = "Transformations of the gradient, one after another."
  public static let equation = "theta = theta - learningRate (T_n ... T_2 T_1) g"
  public static let reference = "DeepMind 2020, the optax library"
  public static let fieldDescriptions = [
    "learningRate": "The step size η, positive",
    "transformations": "What is made of the gradient, in order; Adam's scaling by default",
  ]
  public static let membersField = "transformations"

  /// The step size η, positive.
  public var learningRate: Number = 2e-4
  /// What is made of the gradient, in order; Adam's scaling by default.
  public var transformations: [any GradientTransformation] = [ScaleByAdam()]

  public var members: [any Component] { transformations }

  public init() {}

  public init(learningRate: Number, _ transformations: [any GradientTransformation]) {
    self.learningRate = learningRate
    self.transformations = transformations
  }

  public init(learningRate: Number, @TransformationBuilder _ transformations: () -> [any GradientTransformation]) {
    self.init(learningRate: learningRate, transformations())
  }

  public func validateFields() throws {
    try learningRate.requirePositive("learningRate", of: Self.name)
    guard !transformations.isEmpty else {
      throw ComponentError(component: Self.name, field: "transformations", value: "empty", expected: "at least one, such as scale-by-adam")
    }
    for part in transformations { try part.validateFields() }
  }
}

/// Collects the transformations of a ``Chain``. Takes `if`, `else`, `for` and optionals.
@resultBuilder
public enum TransformationBuilder {
  public static func buildExpression(_ part: any GradientTransformation) -> [any GradientTransformation] { [part] }
  public static func buildBlock(_ parts: [any GradientTransformation]...) -> [any GradientTransformation] { parts.flatMap { $0 } }
  public static func buildOptional(_ parts: [any GradientTransformation]?) -> [any GradientTransformation] { parts ?? [] }
  public static func buildEither(first: [any GradientTransformation]) -> [any GradientTransformation] { first }
  public static func buildEither(second: [any GradientTransformation]) -> [any GradientTransformation] { second }
  public static func buildArray(_ groups: [[any GradientTransformation]]) -> [any GradientTransformation] { groups.flatMap { $0 } }
}

extension Chain {
  private enum CodingKeys: String, CodingKey { case learningRate, transformations }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(transformations.map { try StoredComponent($0) }, forKey: .transformations)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    learningRate = try container.decode(Number.self, forKey: .learningRate)
    transformations = try container.decode([StoredComponent].self, forKey: .transformations).map { stored in
      guard let part = try stored.component(in: decoder) as? any GradientTransformation else {
        throw ComponentError("\(Self.name): '\(stored.name)' stands where a transformation of gradients belongs, but is none")
      }
      return part
    }
  }
}
