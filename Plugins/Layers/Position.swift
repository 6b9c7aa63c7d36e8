import Components
import Networks
import Tensors

/// One learned vector, the same for every sample: the input is ignored, and `[n, …]` becomes `[n, size]`.
///
/// It is the generator of the Dirac-GAN, whose samples are all equal to the parameter θ.
///
/// Parameters: `value` `[size]`.
public struct Position: Layer {
  public static let name = "position"
  public static let summary = "Returns one learned vector for every sample, whatever the input."
  public static let equation = "y = theta"
  public static let reference = "Mescheder et al. 2018, definition 2.1"
  public static let fieldDescriptions = [
    "initial": "The first value of each of its numbers",
    "size": "The length of the vector; at least 1",
  ]

  /// The length of the vector; at least 1.
  public var size = 1
  /// The first value of each of its numbers.
  public var initial = 1.0

  public static let leadingFields = ["size"]

  public init() {}

  /// A learned vector of `size` numbers that begin at `initial`.
  public init(_ size: Int, initial: Double = 1) {
    self.size = size
    self.initial = initial
  }

  public func validateFields() throws {
    try checkPositive("size", size)
    try check("initial", initial, initial.isFinite, "a finite number")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 1 else { throw NetworkError("it needs a dimension that counts samples") }
    return try scope.parameter("value", [size], initializer: .constant(initial)).broadcast(to: [x.shape[0], size])
  }
}
