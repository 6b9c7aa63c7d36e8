import Components
import Networks
import Tensors

/// A learned image, the same for every sample: the input is ignored, and `[n, …]` becomes `[n] + shape`. What follows makes samples differ by
/// their style or noise.
///
/// Parameters: `value` of that shape, normal with deviation 1.
public struct ConstantInput: Layer {
  public static let name = "constant-input"
  public static let summary = "Returns one learned image for every sample, whatever the input."
  public static let equation = "y = c"
  public static let reference = "Karras et al. 2019, A style-based generator, section 2"
  public static let fieldDescriptions = [
    "shape": "The shape of one sample, without the dimension that counts samples; at least one size"
  ]

  /// The shape of one sample, without the dimension that counts samples; at least one size.
  public var shape = [4, 4, 512]

  public static let leadingFields = ["shape"]

  public init() {}

  /// A learned sample of the given shape.
  public init(_ shape: [Int]) {
    self.shape = shape
  }

  public func validateFields() throws {
    try check("shape", shape, !shape.isEmpty && shape.allSatisfy { (1...Shape.maximumSize).contains($0) }, "a list of sizes of at least 1")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 1 else { throw NetworkError("it needs a dimension that counts samples") }
    return try scope.parameter("value", Shape(shape), initializer: .normal(standardDeviation: 1)).broadcast(to: Shape([x.shape[0]] + shape))
  }
}
