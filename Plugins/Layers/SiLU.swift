import Components
import Networks
import Tensors

/// The sigmoid linear unit of any shape, also called swish.
public struct SiLU: Layer {
  public static let name = "silu"
  public static let summary = "Weights values by their sigmoid."
  public static let equation = "y = x / (1 + exp(-x))"
  public static let reference = "Elfwing et al. 2018; Ramachandran et al. 2017 (swish)"

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x * sigmoid(x) }
}
