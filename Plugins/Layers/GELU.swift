import Components
import Networks
import Tensors

/// The Gaussian error linear unit of any shape, in its exact form.
public struct GELU: Layer {
  public static let name = "gelu"
  public static let summary = "Weights values by the normal distribution function."
  public static let equation = "y = x Phi(x) = x (1 + erf(x / sqrt(2))) / 2"
  public static let reference = "Hendrycks and Gimpel 2016"

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    0.5 * x * (1 + erf(x * 0.5.squareRoot()))
  }
}
