import Adversarial
import Components
import Networks
import Tensors

/// Multiplies the gradient by a number.
public struct Scale: GradientTransformation {
  public static let name = "scale"
  public static let summary = "Multiplies the gradient by a number."
  public static let equation = "factor g"
  public static let fieldDescriptions = ["factor": "The factor, positive"]

  /// The factor, positive.
  public var factor: Number = 1

  public init() {}

  public init(factor: Number) { self.factor = factor }

  public func validateFields() throws { try factor.requirePositive("factor", of: Self.name) }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    gradient * factor
  }
}

/// Adds a share of the parameters, which draws them to zero: after what scales the gradient this is the decoupled weight decay of Loshchilov and Hutter 2019,
/// before it a squared penalty. All parameters decay, biases too.
public struct DecayedWeights: GradientTransformation {
  public static let name = "decayed-weights"
  public static let aliases = ["weight-decay": ""]
  public static let summary = "Adds a share of the parameters to the gradient."
  public static let equation = "g + rate theta"
  public static let reference = "Loshchilov and Hutter 2019, algorithm 2"
  public static let fieldDescriptions = ["rate": "The share of the parameters, 0 or more; a step takes it times the learning rate"]

  /// The share of the parameters, 0 or more; a step takes it times the learning rate.
  public var rate: Number = 0.01

  public init() {}

  public init(rate: Number) { self.rate = rate }

  public func validateFields() throws { try rate.require("rate", of: Self.name, "0 or more") { $0 >= 0 } }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    gradient.zipped(with: parameters) { $0 + rate * $1 }
  }
}

/// Multiplies each parameter's gradient by the parameter's root mean square, but by no less than a minimum: steps relative to what they change.
public struct ScaleByParameterSize: GradientTransformation {
  public static let name = "scale-by-parameter-size"
  public static let summary = "Steps relative to the size of each parameter."
  public static let equation = "g max(RMS(theta), minimum), parameter by parameter"
  public static let reference = "Shazeer and Stern 2018, section 8"
  public static let fieldDescriptions = ["minimum": "The least size of a parameter, positive"]

  /// The least size of a parameter, positive.
  public var minimum: Number = 1e-3

  public init() {}

  public init(minimum: Number) { self.minimum = minimum }

  public func validateFields() throws { try minimum.require("minimum", of: Self.name, "a positive number") { $0 > 0 } }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    gradient.zipped(with: parameters) { $0 * maximum(sqrt(square($1).mean()), minimum) }
  }
}
