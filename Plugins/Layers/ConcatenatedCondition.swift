import Components
import Networks
import Tensors

/// Appends a condition to each sample: a class as a vector with one 1, numbers as they are. `[n, features]` becomes `[n, features + size]`;
/// images `[n, height, width, channels]` get `size` more channels, in which a vector is the same everywhere.
public struct ConcatenatedCondition: Layer {
  public static let name = "concatenated-condition"
  public static let summary = "Appends a condition, such as the class, to each sample."
  public static let equation = "y = [x, onehot(c)]"
  public static let reference = "Mirza and Osindero 2014, section 3.2"
  public static let fieldDescriptions = [
    "condition": "The condition's name; 'label' by default"
  ]

  /// The condition's name; `label` by default.
  public var condition = "label"

  public static let leadingFields = ["condition"]

  public init() {}

  /// Appends the given condition.
  public init(_ condition: String) {
    self.condition = condition
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    let entry = try scope.condition(condition)
    var values = entry.field.classCount == nil ? entry.tensor.converted(to: x.dtype) : try entry.oneHot(dtype: x.dtype)
    if values.rank == 1 { values = values.expandingDimension(at: 1) }
    if x.rank == 4, values.rank == 2 {
      values = values.reshaped([values.shape[0], 1, 1, values.shape[1]])
        .broadcast(to: [values.shape[0], x.shape[1], x.shape[2], values.shape[1]])
    }
    guard x.rank == values.rank, x.rank == 2 || x.rank == 4,
      Array(x.shape.dimensions.dropLast()) == Array(values.shape.dimensions.dropLast())
    else {
      throw NetworkError("'\(condition)' has the shape \(values.shape), which cannot be appended to \(x.shape)")
    }
    return concatenated([x, values], axis: x.rank - 1)
  }

  public func remedy(forInput shape: Shape) -> String? {
    shape.rank == 2 || shape.rank == 4 ? nil : "put Flatten() before it"
  }
}
