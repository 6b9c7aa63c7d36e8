import Components
import Networks
import Tensors

/// The scaled exponential linear unit of any shape, whose outputs keep mean 0 and variance 1 through deep networks of Dense layers.
public struct SELU: Layer {
  public static let name = "selu"
  public static let summary = "A scaled exponential linear unit that normalizes itself."
  public static let equation = "y = 1.0507 (x where x > 0, 1.6733 (exp(x) - 1) elsewhere)"
  public static let reference = "Klambauer et al. 2017, equation 2"

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    1.0507009873554805 * (relu(x) + 1.6732632423543772 * expm1(minimum(x, 0)))
  }
}

/// The continuously differentiable exponential linear unit of any shape: the slope at 0 is 1 for every `alpha`.
public struct CELU: Layer {
  public static let name = "celu"
  public static let summary = "An exponential linear unit whose slope at 0 is 1."
  public static let equation = "y = x where x > 0, alpha (exp(x / alpha) - 1) elsewhere"
  public static let reference = "Barron 2017, equation 2"
  public static let fieldDescriptions = [
    "alpha": "The value that negative inputs saturate at, negated; positive"
  ]

  /// The value that negative inputs saturate at, negated; positive.
  public var alpha = 1.0

  public static let leadingFields = ["alpha"]

  public init() {}

  /// An activation of the given alpha.
  public init(_ alpha: Double) {
    self.alpha = alpha
  }

  public func validateFields() throws {
    try check("alpha", alpha, alpha > 0 && alpha.isFinite, "a positive number")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { relu(x) + alpha * expm1(minimum(x, 0) * (1 / alpha)) }
}
