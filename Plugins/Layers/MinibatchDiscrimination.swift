import Components
import Networks
import Tensors

/// Shows a discriminator how close each sample is to the others of its batch: `[n, features]` becomes `[n, features + kernels]`.
///
/// The sum leaves out the sample itself (j = i), which would add 1 to every number. All pairs are formed:
/// n² · kernels · dimensions numbers.
///
/// Parameters: `weight` `[features, kernels · dimensions]`.
public struct MinibatchDiscrimination: Layer {
  public static let name = "minibatch-discrimination"
  public static let summary = "Appends how close each sample is to the others of its batch."
  public static let equation =
    "M = x T as [n, kernels, dimensions]; o[i, b] = sum_{j != i} exp(-|M[i, b] - M[j, b]|_1); y = [x, o]"
  public static let reference = "Salimans et al. 2016, section 3.2"
  public static let fieldDescriptions = [
    "dimensions": "The dimension of the space in which each of them compares samples; at least 1",
    "initializer": "How the weight gets its first values",
    "kernels": "How many closeness numbers are appended to each sample; at least 1",
  ]

  /// How many closeness numbers are appended to each sample; at least 1.
  public var kernels = 16
  /// The dimension of the space in which each of them compares samples; at least 1.
  public var dimensions = 8
  /// How the weight gets its first values.
  public var initializer = Initializer.glorotUniform

  public init() {}

  /// A minibatch discrimination with the given sizes.
  public init(kernels: Int, dimensions: Int = 8, initializer: Initializer = .glorotUniform) {
    self.kernels = kernels
    self.dimensions = dimensions
    self.initializer = initializer
  }

  public var mixesSamples: Bool { true }

  public func validateFields() throws {
    try checkPositive("kernels", kernels)
    try checkPositive("dimensions", dimensions)
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireVectors()
    let n = x.shape[0]
    let weight = try scope.parameter("weight", [x.shape[1], kernels * dimensions], initializer: initializer)
    let places = matmul(x, weight).reshaped([n, kernels, dimensions])
    let difference = places.expandingDimension(at: 1) - places.expandingDimension(at: 0)
    let closeness = exp(-abs(difference).sum(axes: [3]))
    let isSame = Tensor.iota([n, n, 1], axis: 0).isEqual(to: Tensor.iota([n, n, 1], axis: 1))
    let others = select(isSame, Tensor.zeros(closeness.shape, dtype: closeness.dtype), closeness).sum(axes: [1])
    return concatenated([x, others], axis: 1)
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForVectors }
}
