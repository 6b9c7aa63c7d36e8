import Components
import Networks
import Tensors

/// Adds normal noise in training; the identity in use. Takes any shape.
public struct GaussianNoise: Layer {
  public static let name = "gaussian-noise"
  public static let summary = "Adds normal noise in training only."
  public static let equation = "y = x + standardDeviation n,  n ~ N(0, 1)"
  public static let reference = "Sietsma and Dow 1991; in discriminators Zhao et al. 2017, appendix D"
  public static let fieldDescriptions = [
    "standardDeviation": "The noise's standard deviation, not negative"
  ]

  /// The noise's standard deviation, not negative.
  public var standardDeviation = 0.1

  public static let leadingFields = ["standardDeviation"]

  public init() {}

  /// Noise of the given standard deviation.
  public init(_ standardDeviation: Double) {
    self.standardDeviation = standardDeviation
  }

  public func validateFields() throws {
    try check("standardDeviation", standardDeviation, standardDeviation >= 0 && standardDeviation.isFinite, "0 or more")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard scope.isTraining, standardDeviation > 0 else { return x }
    return x + standardDeviation * scope.randomNormal("noise", x.shape).converted(to: x.dtype)
  }
}
