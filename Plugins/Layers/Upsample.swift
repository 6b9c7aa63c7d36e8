import Components
import Networks
import Tensors

/// Repeats each pixel: `[n, h, w, c]` becomes `[n, h · factor, w · factor, c]`.
public struct Upsample: Layer {
  public static let name = "upsample"
  public static let summary = "Enlarges images by repeating pixels (nearest neighbour)."
  public static let equation = "y[i, j] = x[floor(i / factor), floor(j / factor)]"
  public static let fieldDescriptions = [
    "factor": "By how much height and width grow; at least 1"
  ]

  /// By how much height and width grow; at least 1.
  public var factor = 2

  public static let leadingFields = ["factor"]

  public init() {}

  /// An enlargement by the given factor.
  public init(_ factor: Int) {
    self.factor = factor
  }

  public func validateFields() throws {
    try checkPositive("factor", factor)
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let (n, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    return x.reshaped([n, height, 1, width, 1, channels])
      .broadcast(to: [n, height, factor, width, factor, channels])
      .reshaped([n, height * factor, width * factor, channels])
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}
