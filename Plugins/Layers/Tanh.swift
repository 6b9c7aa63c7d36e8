import Components
import Networks
import Tensors

/// The hyperbolic tangent of any shape: the usual end of an image generator.
public struct Tanh: Layer {
  public static let name = "tanh"
  public static let summary = "Squashes values into (−1, 1)."
  public static let equation = "y = tanh(x)"

  public init() {}

  public var outputRange: ClosedRange<Double>? { -1...1 }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { tanh(x) }
}
