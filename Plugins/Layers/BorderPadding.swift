import Components
import Networks
import Tensors

/// Adds a border to images: `[n, h, w, c]` becomes `[n, h + 2 · width, w + 2 · width, c]`.
public struct BorderPadding: Layer {
  /// What the border is made of.
  public enum Border: String, ComponentChoice {
    case zeros
    /// The image mirrored at its outermost pixels.
    case reflect
    /// The outermost pixels.
    case replicate
  }

  public static let name = "border-padding"
  public static let aliases = ["reflection-pad": "set border to reflect", "zero-pad": "set border to zeros"]
  public static let summary = "Adds a border of zeros, or of the image's own pixels."
  public static let equation = "y[i] = x[-i], x[0] or 0 where i < 0, and likewise at the other end"
  public static let reference = "Johnson et al. 2016; Zhu et al. 2017, appendix"
  public static let fieldDescriptions = [
    "border": "What the border is made of",
    "width": "How many pixels are added at each side; at least 1",
  ]

  /// How many pixels are added at each side; at least 1.
  public var width = 1
  /// What the border is made of.
  public var border = Border.reflect

  public static let leadingFields = ["width"]

  public init() {}

  /// A border of the given width.
  public init(_ width: Int, border: Border = .reflect) {
    self.width = width
    self.border = border
  }

  public func validateFields() throws { try check("width", width, (1...1024).contains(width), "a whole number in 1...1024") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    guard border != .reflect || min(x.shape[1], x.shape[2]) > width else {
      throw NetworkError("a mirrored border of \(width) needs more than \(width) pixels along each side")
    }
    if border == .zeros { return x.padded(low: [0, width, width, 0], high: [0, width, width, 0]) }
    return [1, 2].reduce(x) { images, axis in
      let size = images.shape[axis]
      func edge(_ place: Int) -> Tensor { images.sliced(axis: axis, place..<(place + 1)) }
      let before: [Tensor]
      let after: [Tensor]
      if border == .replicate {
        (before, after) = (Array(repeating: edge(0), count: width), Array(repeating: edge(size - 1), count: width))
      } else {
        before = [images.sliced(axis: axis, 1..<(width + 1)).reversed(axes: [axis])]
        after = [images.sliced(axis: axis, (size - 1 - width)..<(size - 1)).reversed(axes: [axis])]
      }
      return concatenated(before + [images] + after, axis: axis)
    }
  }

  public func remedy(forInput shape: Shape) -> String? {
    shape.rank == 4 ? "choose a width below \(min(shape[1], shape[2])), or border: .replicate" : shape.remedyForImages
  }
}
