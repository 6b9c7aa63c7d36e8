import Components
import Networks
import Tensors

/// Makes the last dimension, features or channels, positive numbers that sum to 1.
public struct Softmax: Layer {
  public static let name = "softmax"
  public static let summary = "Makes features or channels positive numbers that sum to 1."
  public static let equation = "y_i = exp(x_i) / sum_j exp(x_j)"
  public static let reference = "Bridle 1990"

  public init() {}

  public var outputRange: ClosedRange<Double>? { 0...1 }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x.softmax() }
}
