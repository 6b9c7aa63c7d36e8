import Components
import Networks
import Tensors

/// A fully connected layer: `[n, features]` becomes `[n, units]`.
///
/// Parameters: `weight` `[features, units]` and, with `usesBias`, `bias` `[units]`, which starts at zero.
public struct Dense: Layer {
  public static let name = "dense"
  public static let summary = "Multiplies vectors by a learned matrix and adds a bias."
  public static let equation = "y = x W + b"
  public static let fieldDescriptions = [
    "initializer": "How the weight gets its first values",
    "units": "How many numbers the layer returns for each sample; at least 1",
    "usesBias": "Whether a learned bias is added",
  ]

  /// How many numbers the layer returns for each sample; at least 1.
  public var units = 1
  /// Whether a learned bias is added.
  public var usesBias = true
  /// How the weight gets its first values.
  public var initializer = Initializer.glorotUniform

  public static let leadingFields = ["units"]

  public init() {}

  /// A layer of `units` units.
  public init(_ units: Int, usesBias: Bool = true, initializer: Initializer = .glorotUniform) {
    self.units = units
    self.usesBias = usesBias
    self.initializer = initializer
  }

  public func validateFields() throws {
    try checkPositive("units", units)
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireVectors()
    let y = matmul(x, try scope.parameter("weight", [x.shape[1], units], initializer: initializer))
    return usesBias ? y + (try scope.parameter("bias", [units], initializer: .zeros)) : y
  }

  public func kerasForm(forInput shape: Shape) -> KerasForm? { KerasForm("dense", tensors: ["weight", "bias"]) }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForVectors }
}
