import Components
import Networks
import Tensors

/// A smooth rectifier of any shape, computed without overflow.
public struct Softplus: Layer {
  public static let name = "softplus"
  public static let summary = "A smooth rectifier."
  public static let equation = "y = log(1 + exp(x))"
  public static let reference = "Dugas et al. 2001"

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { softplus(x) }
}
