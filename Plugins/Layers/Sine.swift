import Components
import Networks
import Tensors

/// A sine of any shape, for networks of coordinates.
public struct Sine: Layer {
  public static let name = "sine"
  public static let summary = "A sine of a multiple of its input."
  public static let equation = "y = sin(frequency x)"
  public static let reference = "Sitzmann et al. 2020, equation 1 and section 3.2"
  public static let fieldDescriptions = [
    "frequency": "What inputs are multiplied by; positive"
  ]

  /// What inputs are multiplied by; positive.
  public var frequency = 30.0

  public static let leadingFields = ["frequency"]

  public init() {}

  /// An activation of the given frequency.
  public init(_ frequency: Double) {
    self.frequency = frequency
  }

  public func validateFields() throws {
    try check("frequency", frequency, frequency > 0 && frequency.isFinite, "a positive number")
  }

  public var outputRange: ClosedRange<Double>? { -1...1 }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { sin(frequency * x) }
}
