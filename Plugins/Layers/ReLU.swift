import Components
import Networks
import Tensors

/// The rectifier of any shape; its derivative at 0 is 0.
public struct ReLU: Layer {
  public static let name = "relu"
  public static let summary = "Sets negative values to zero."
  public static let equation = "y = max(x, 0)"
  public static let reference = "Nair and Hinton 2010"

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { relu(x) }
}
