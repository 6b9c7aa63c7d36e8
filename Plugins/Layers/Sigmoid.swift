import Components
import Networks
import Tensors

/// The logistic function of any shape.
public struct Sigmoid: Layer {
  public static let name = "sigmoid"
  public static let summary = "Squashes values into (0, 1)."
  public static let equation = "y = 1 / (1 + exp(-x))"

  public init() {}

  public var outputRange: ClosedRange<Double>? { 0...1 }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { sigmoid(x) }
}
