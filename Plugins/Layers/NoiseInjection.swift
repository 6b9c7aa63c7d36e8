import Components
import Networks
import Tensors

/// Adds one image of normal noise to all channels, as strongly as is learned: new noise in training, and one fixed image in use.
/// `[n, height, width, channels]`.
///
/// Parameters: `strength` `[1]`, which begins at 0; state: `noise` `[1, height, width, 1]`, the fixed image, which no training changes.
public struct NoiseInjection: Layer {
  public static let name = "noise-injection"
  public static let summary = "Adds an image of noise to all channels, as strongly as is learned."
  public static let equation = "y = x + strength n,  n ~ N(0, 1) for each pixel"
  public static let reference =
    "Karras et al. 2020, Analyzing and improving the image quality of StyleGAN, section 2 (one strength for all channels)"

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let strength = try scope.parameter("strength", [1], initializer: .zeros)
    let fixed = try scope.state("noise", [1, x.shape[1], x.shape[2], 1], initializer: .normal(standardDeviation: 1))
    let noise = scope.isTraining ? scope.randomNormal("noise", [x.shape[0], x.shape[1], x.shape[2], 1]).converted(to: x.dtype) : fixed
    return x + strength * noise
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}
