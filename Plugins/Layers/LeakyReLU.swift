import Components
import Networks
import Tensors

/// The leaky rectifier of any shape; its derivative at 0 is `slope`.
public struct LeakyReLU: Layer {
  public static let name = "leaky-relu"
  public static let summary = "Multiplies negative values by a small slope."
  public static let equation = "y = x where x > 0, slope * x elsewhere"
  public static let reference = "Maas et al. 2013"
  public static let fieldDescriptions = [
    "slope": "The factor of negative values; at least 0"
  ]

  /// The factor of negative values; at least 0.
  public var slope = 0.2

  public static let leadingFields = ["slope"]

  public init() {}

  /// A leaky rectifier with the given slope.
  public init(_ slope: Double) {
    self.slope = slope
  }

  public func validateFields() throws {
    try check("slope", slope, slope >= 0 && slope.isFinite, "a number of at least 0")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { leakyReLU(x, slope: slope) }
}
