import Components
import Networks
import Tensors

/// A linear layer with as many outputs as a condition has classes, whatever the data: `[n, features]` becomes `[n, classes · perClass + extra]`.
///
/// Of each class's first output come those of all classes, then their second ones, then the extra ones. Parameters: `weight`
/// `[features, outputs]` and `bias` `[outputs]`.
public struct ClassOutputs: Layer {
  public static let name = "class-outputs"
  public static let summary = "A linear layer with an output for each class of a condition."
  public static let equation = "y = x W + b"
  public static let reference = "Odena et al. 2017, section 3"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default",
    "extra": "How many outputs there are beside those of the classes; at least 0",
    "initializer": "How the weight gets its first values",
    "perClass": "How many outputs each class has; at least 1",
  ]

  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"
  /// How many outputs each class has; at least 1.
  public var perClass = 1
  /// How many outputs there are beside those of the classes; at least 0.
  public var extra = 0
  /// How the weight gets its first values.
  public var initializer = Initializer.glorotUniform

  public static let leadingFields = ["condition"]

  public init() {}

  /// A layer for the classes of the given condition.
  public init(_ condition: String, perClass: Int = 1, extra: Int = 0, initializer: Initializer = .glorotUniform) {
    self.condition = condition
    self.perClass = perClass
    self.extra = extra
    self.initializer = initializer
  }

  public func validateFields() throws {
    try checkPositive("perClass", perClass)
    try check("extra", extra, (0...Shape.maximumSize).contains(extra), "a whole number of at least 0")
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireVectors()
    let outputs = try scope.condition(condition).requiredClassCount() * perClass + extra
    let weight = try scope.parameter("weight", [x.shape[1], outputs], initializer: initializer)
    return matmul(x, weight) + (try scope.parameter("bias", [outputs], initializer: .zeros))
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForVectors }
}

extension Batch.Entry {
  /// How many classes the field has.
  ///
  /// - Throws: `NetworkError` for a field of numbers.
  func requiredClassCount() throws -> Int {
    guard let count = field.classCount else {
      throw NetworkError("'\(field.name)' holds numbers of shape \(field.shape), not classes; give it a field of classes")
    }
    return count
  }
}
