import Components
import Networks
import Tensors

/// The last layer of a projection discriminator: a linear output, and the inner product of the features with a learned vector of the class.
/// `[n, features]` becomes `[n, 1]`.
///
/// Parameters: `weight` `[features, 1]`, `bias` `[1]` and `embedding` `[classes, features]`.
public struct ProjectionHead: Layer {
  public static let name = "projection-head"
  public static let summary = "A linear output plus the inner product of features and the class's vector."
  public static let equation = "y = v_c^T x + w^T x + b"
  public static let reference = "Miyato and Koyama 2018, equation 3"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default",
    "usesBias": "Whether a learned bias is added",
    "initializer": "How weight and embedding get their first values",
  ]

  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"
  /// How weight and embedding get their first values.
  public var initializer = Initializer.glorotUniform

  /// Whether a learned bias is added; `true` by default.
  public var usesBias = true

  public static let leadingFields = ["condition"]
  public static let laterFields: [String: JSONValue] = ["usesBias": .bool(true)]

  public init() {}

  /// A head for the given condition.
  public init(_ condition: String, usesBias: Bool = true, initializer: Initializer = .glorotUniform) {
    self.condition = condition
    self.usesBias = usesBias
    self.initializer = initializer
  }

  public func validateFields() throws { try initializer.validate(component: name, field: "initializer") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireVectors()
    let oneHot = try scope.condition(condition).oneHot(dtype: x.dtype)
    let weight = try scope.parameter("weight", [x.shape[1], 1], initializer: initializer)
    let bias = try usesBias ? scope.parameter("bias", [1], initializer: .zeros) : .zeros([1], dtype: x.dtype)
    let embedding = try scope.parameter("embedding", [oneHot.shape[1], x.shape[1]], initializer: initializer, isTable: true)
    return (matmul(oneHot, embedding) * x).sum(axes: [1], keepingDimensions: true) + matmul(x, weight) + bias
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForVectors }
}
