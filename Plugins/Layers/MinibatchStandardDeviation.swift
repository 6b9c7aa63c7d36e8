import Components
import Networks
import Tensors

/// Shows a discriminator how varied its batch is: one channel is appended that holds the same number everywhere, the standard
/// deviation over the batch, averaged over all features. `[n, …, c]` becomes `[n, …, c + 1]`.
public struct MinibatchStandardDeviation: Layer {
  public static let name = "minibatch-standard-deviation"
  public static let summary = "Appends the batch's mean standard deviation as a channel."
  public static let equation = "y = [x, mean over features of sqrt(variance over the batch + epsilon)]"
  public static let reference = "Karras et al. 2018, Progressive growing of GANs, section 3"
  public static let fieldDescriptions = [
    "epsilon": "What is added to the variance, so that the root has a derivative where all samples agree; positive"
  ]

  /// What is added to the variance, so that the root has a derivative where all samples agree; positive.
  public var epsilon = 1e-8

  public init() {}

  /// A minibatch standard deviation with the given number added to the variance.
  public init(epsilon: Double) {
    self.epsilon = epsilon
  }

  public var mixesSamples: Bool { true }

  public func validateFields() throws {
    try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    let variety = sqrt(x.variance(axes: [0]) + epsilon).mean()
    return concatenated([x, variety.broadcast(to: Shape(x.shape.dimensions.dropLast() + [1]))], axis: -1)
  }

  public func remedy(forInput shape: Shape) -> String? {
    shape.rank == 1 ? "put Reshape([1]) before it" : nil
  }
}
