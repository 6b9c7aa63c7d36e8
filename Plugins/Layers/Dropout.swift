import Components
import Networks
import Tensors

/// Sets numbers to zero at random in training, and multiplies the others by 1 / (1 − rate); the identity in use. Takes any shape.
public struct Dropout: Layer {
  public static let name = "dropout"
  public static let summary = "Sets a share of the numbers to zero at random, in training only."
  public static let equation = "y = m x / (1 - rate), m = 1 with probability 1 - rate, else 0"
  public static let reference = "Srivastava et al. 2014"
  public static let fieldDescriptions = [
    "rate": "The probability that a number is set to zero, in [0, 1)"
  ]

  /// The probability that a number is set to zero, in [0, 1).
  public var rate = 0.5

  public static let leadingFields = ["rate"]

  public init() {}

  /// A dropout of the given rate.
  public init(_ rate: Double) {
    self.rate = rate
  }

  public func validateFields() throws {
    try check("rate", rate, rate >= 0 && rate < 1, "a number in [0, 1)")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard scope.isTraining, rate > 0 else { return x }
    let kept = scope.randomUniform("mask", x.shape).isLess(than: 1 - rate)
    return select(kept, x * (1 / (1 - rate)), Tensor.zeros(x.shape, dtype: x.dtype))
  }
}
