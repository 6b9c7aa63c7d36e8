import Components
import Networks
import Tensors

/// The largest of several learned linear functions: `[n, features]` becomes `[n, units]`.
///
/// Parameters: `weight` `[features, units · pieces]` and `bias` `[units · pieces]`, piece by piece.
public struct Maxout: Layer {
  public static let name = "maxout"
  public static let summary = "The largest of several learned linear functions."
  public static let equation = "y_i = max_k (x^T W[:, i, k] + b[i, k])"
  public static let reference = "Goodfellow et al. 2013, Maxout networks, section 2"
  public static let fieldDescriptions = [
    "initializer": "How the weight gets its first values",
    "pieces": "How many linear functions each unit chooses from; at least 2",
    "units": "How many numbers the layer returns for each sample; at least 1",
  ]

  /// How many numbers the layer returns for each sample; at least 1.
  public var units = 1
  /// How many linear functions each unit chooses from; at least 2.
  public var pieces = 2
  /// How the weight gets its first values.
  public var initializer = Initializer.glorotUniform

  public static let leadingFields = ["units"]

  public init() {}

  /// A layer of `units` units.
  public init(_ units: Int, pieces: Int = 2, initializer: Initializer = .glorotUniform) {
    self.units = units
    self.pieces = pieces
    self.initializer = initializer
  }

  public func validateFields() throws {
    try checkPositive("units", units)
    try checkPositive("pieces", pieces)
    try check("pieces", pieces, pieces >= 2, "a whole number of at least 2")
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireVectors()
    let weight = try scope.parameter(
      "weight", [x.shape[1], units * pieces], initializer: initializer, fan: Fan(inputs: x.shape[1], outputs: units))
    let values = matmul(x, weight) + (try scope.parameter("bias", [units * pieces], initializer: .zeros))
    return values.reshaped([x.shape[0], pieces, units]).maximum(axes: [1])
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForVectors }
}
