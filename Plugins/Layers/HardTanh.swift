import Components
import Networks
import Tensors

/// The identity of any shape, cut off at two bounds; with 0 and 6 it is what is called ReLU6.
public struct HardTanh: Layer {
  public static let name = "hard-tanh"
  public static let summary = "Cuts values off at two bounds."
  public static let equation = "y = min(max(x, lower), upper)"
  public static let reference = "Collobert 2004"
  public static let fieldDescriptions = [
    "lower": "The lower bound, below the upper one",
    "upper": "The upper bound",
  ]

  /// The lower bound, below the upper one.
  public var lower = -1.0
  /// The upper bound.
  public var upper = 1.0

  public init() {}

  /// An activation of the given lower and upper.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  public func validateFields() throws {
    try check("lower", lower, lower.isFinite && lower < upper, "a number below upper")
    try check("upper", upper, upper.isFinite, "a finite number")
  }

  public var outputRange: ClosedRange<Double>? { lower < upper ? lower...upper : nil }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { minimum(maximum(x, lower), upper) }
}

/// A sigmoid of three straight lines, of any shape.
public struct HardSigmoid: Layer {
  public static let name = "hard-sigmoid"
  public static let summary = "A sigmoid of three straight lines."
  public static let equation = "y = min(max(x + 3, 0), 6) / 6"
  public static let reference = "Howard et al. 2019, section 5.2"

  public init() {}

  public var outputRange: ClosedRange<Double>? { 0...1 }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { minimum(relu(x + 3), 6) * (1 / 6) }
}

/// The input times a sigmoid of three straight lines, of any shape.
public struct HardSwish: Layer {
  public static let name = "hard-swish"
  public static let summary = "The input times a sigmoid of three straight lines."
  public static let equation = "y = x min(max(x + 3, 0), 6) / 6"
  public static let reference = "Howard et al. 2019, section 5.2"

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x * minimum(relu(x + 3), 6) * (1 / 6) }
}
