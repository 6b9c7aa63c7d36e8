import Components
import Networks
import Tensors

/// Gives each sample another shape: with `Reshape([4, 4, 256])`, `[n, 4096]` becomes `[n, 4, 4, 256]`, row major.
public struct Reshape: Layer {
  public static let name = "reshape"
  public static let summary = "Gives each sample another shape."
  public static let fieldDescriptions = [
    "shape": "The shape of one sample, without the dimension that counts samples; one size may be −1 and is then inferred"
  ]

  /// The shape of one sample, without the dimension that counts samples; one size may be −1 and is then inferred.
  public var shape = [-1]

  public static let leadingFields = ["shape"]

  public init() {}

  /// A change of each sample's shape to `shape`.
  public init(_ shape: [Int]) {
    self.shape = shape
  }

  public func validateFields() throws {
    let sizes = shape.filter { $0 != -1 }
    try check(
      "shape", shape, sizes.allSatisfy { $0 >= 1 } && shape.count - sizes.count <= 1,
      "a list of sizes of at least 1, of which one may be -1")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 1 else { throw NetworkError("it needs a dimension that counts samples") }
    let count = x.shape.dimensions.dropFirst().reduce(1, *)
    let known = knownCount
    guard shape.contains(-1) ? count % known == 0 : count == known else {
      throw NetworkError("a sample of \(count) numbers does not fill \(Shape(shape))")
    }
    return x.reshaped(Shape([x.shape[0]] + shape.map { $0 == -1 ? count / known : $0 }))
  }

  public func remedy(forInput shape: Shape) -> String? {
    let count = shape.dimensions.dropFirst().reduce(1, *)
    guard shape.rank >= 1, !self.shape.contains(-1), count != knownCount else { return nil }
    if shape.rank == 2 { return "put Dense(\(knownCount)) before it" }
    return "choose sizes whose product is \(count)"
  }

  /// The product of the sizes that are given.
  private var knownCount: Int { Shape(shape.filter { $0 != -1 }).elementCount }
}
