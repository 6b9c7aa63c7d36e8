import Components
import Networks
import Tensors

/// A learned vector of each sample's class, in place of its input or appended to it: `[n, features]` becomes `[n, dimensions]` or
/// `[n, features + dimensions]`.
///
/// Parameters: `embedding` `[classes, dimensions]`.
public struct ClassEmbedding: Layer {
  public static let name = "class-embedding"
  public static let aliases = ["embedding": ""]
  public static let summary = "A learned vector for each class, alone or appended to the input."
  public static let equation = "y = E_c, or [x, E_c] where isAppended"
  public static let reference = "Brock et al. 2019, section 3 (shared embedding)"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default",
    "dimensions": "How many numbers a class's vector has; at least 1",
    "initializer": "How the vectors get their first values",
    "isAppended": "Whether the input stays, with the vector behind it",
  ]

  /// How many numbers a class's vector has; at least 1.
  public var dimensions = 128
  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"
  /// Whether the input stays, with the vector behind it.
  public var isAppended = false
  /// How the vectors get their first values.
  public var initializer = Initializer.normal(standardDeviation: 1)

  public static let leadingFields = ["dimensions"]

  public init() {}

  /// Vectors of the given size.
  public init(
    _ dimensions: Int, condition: String = "label", isAppended: Bool = false, initializer: Initializer = .normal(standardDeviation: 1)
  ) {
    self.dimensions = dimensions
    self.condition = condition
    self.isAppended = isAppended
    self.initializer = initializer
  }

  public func validateFields() throws {
    try checkPositive("dimensions", dimensions)
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    let oneHot = try scope.condition(condition).oneHot(dtype: x.dtype)
    let table = try scope.parameter("embedding", [oneHot.shape[1], dimensions], initializer: initializer, isTable: true)
    let vectors = matmul(oneHot, table)
    guard isAppended else { return vectors }
    try x.requireVectors()
    return concatenated([x, vectors], axis: 1)
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForVectors }
}
