import Components
import Networks
import Tensors

/// The exponential linear unit of any shape; its derivative at 0 is `alpha`.
public struct ELU: Layer {
  public static let name = "elu"
  public static let summary = "Lets negative values saturate exponentially."
  public static let equation = "y = x where x > 0, alpha * (exp(x) - 1) elsewhere"
  public static let reference = "Clevert et al. 2016"
  public static let fieldDescriptions = [
    "alpha": "The value that negative inputs saturate at, negated; at least 0"
  ]

  /// The value that negative inputs saturate at, negated; at least 0.
  public var alpha = 1.0

  public static let leadingFields = ["alpha"]

  public init() {}

  /// An exponential linear unit that saturates at −`alpha`.
  public init(_ alpha: Double) {
    self.alpha = alpha
  }

  public func validateFields() throws {
    try check("alpha", alpha, alpha >= 0 && alpha.isFinite, "a number of at least 0")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    // The exponential never sees a positive number, so neither it nor its derivative overflows.
    relu(x) + alpha * expm1(minimum(x, 0))
  }
}
