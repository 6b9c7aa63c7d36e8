import Components
import Networks
import Tensors

/// The mean of each channel over all pixels: `[n, h, w, c]` becomes `[n, c]`.
public struct GlobalAveragePool: Layer {
  public static let name = "global-average-pool"
  public static let summary = "Returns each channel's mean over all pixels."
  public static let equation = "y[c] = sum_ij x[i, j, c] / (height * width)"
  public static let reference = "Lin et al. 2014, Network in network"

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    return x.mean(axes: [1, 2])
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}
