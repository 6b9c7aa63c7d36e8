import Components
import Networks
import Tensors

/// Normalizes each channel of each image by its own mean and biased variance: `[n, height, width, channels]`.
///
/// It mixes no samples. The paper's has no parameters; with `isAffine`, `gamma` (ones) and `beta` (zeros), each `[channels]`, scale and shift.
public struct InstanceNorm: Layer {
  public static let name = "instance-norm"
  public static let summary = "Normalizes each channel of each image by its own mean and variance."
  public static let equation = "y = (x - mean) / sqrt(variance + epsilon), mean and variance of one sample and channel"
  public static let reference = "Ulyanov et al. 2016, equation 6"
  public static let fieldDescriptions = [
    "epsilon": "What is added to the variance; positive",
    "isAffine": "Whether each channel is scaled and shifted by learned numbers afterwards",
  ]

  /// Whether each channel is scaled and shifted by learned numbers afterwards.
  public var isAffine = false
  /// What is added to the variance; positive.
  public var epsilon = 1e-5

  public init() {}

  /// A normalization with or without a learned scale and shift.
  public init(isAffine: Bool, epsilon: Double = 1e-5) {
    self.isAffine = isAffine
    self.epsilon = epsilon
  }

  public var learnsScale: Bool { isAffine }

  public func validateFields() throws { try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    guard x.shape[1] * x.shape[2] > 1 else { throw NetworkError("an image of one pixel has no variance to be normalized by") }
    let y = x.standardized(axes: [1, 2], epsilon: epsilon)
    guard isAffine else { return y }
    let gamma = try scope.parameter("gamma", [x.shape[3]], initializer: .ones)
    return y * gamma + (try scope.parameter("beta", [x.shape[3]], initializer: .zeros))
  }

  public func remedy(forInput shape: Shape) -> String? {
    shape.rank == 4 ? "use LayerNorm() where images have one pixel" : shape.remedyForImages
  }
}
