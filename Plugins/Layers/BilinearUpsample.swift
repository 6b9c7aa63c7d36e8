import Components
import Networks
import Tensors

/// Enlarges images by linear interpolation along both axes: `[n, h, w, c]` becomes `[n, h · factor, w · factor, c]`.
///
/// Pixels are areas, and beyond the outermost centres the outermost values go on (as `align_corners=False` elsewhere). The way back by the same
/// rule is `AveragePool(2)` for a factor of 2.
public struct BilinearUpsample: Layer {
  public static let name = "bilinear-upsample"
  public static let summary = "Enlarges images by linear interpolation."
  public static let equation = "y[i] = (1 - t) x[k] + t x[k + 1],  k + t = (i + 1/2) / factor - 1/2, along both axes"
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

  public func validateFields() throws { try checkPositive("factor", factor) }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    return factor == 1 ? x : enlarged(enlarged(x, axis: 1), axis: 2)
  }

  private func enlarged(_ x: Tensor, axis: Int) -> Tensor {
    let size = x.shape[axis]
    let wide = concatenated([x.sliced(axis: axis, 0..<1), x, x.sliced(axis: axis, (size - 1)..<size)], axis: axis)
    let phases = (0..<factor).map { phase in
      let place = (Double(phase) + 0.5) / Double(factor) - 0.5
      // In the enlarged image's terms every pixel stands one further.
      let first = place < 0 ? 0 : 1
      let share = place < 0 ? place + 1 : place
      return (1 - share) * wide.sliced(axis: axis, first..<(first + size))
        + share * wide.sliced(axis: axis, (first + 1)..<(first + 1 + size))
    }
    var shape = x.shape.dimensions
    shape[axis] *= factor
    return stacked(phases, axis: axis + 1).reshaped(Shape(shape))
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}
