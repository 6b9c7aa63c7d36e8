import Components
import Networks
import Tensors

/// Makes pixels of channels: `[n, h, w, c · factor²]` becomes `[n, h · factor, w · factor, c]`.
///
/// Of the channels of one output, those of a row stand side by side, row by row, as in PyTorch.
public struct PixelShuffle: Layer {
  public static let name = "pixel-shuffle"
  public static let aliases = ["depth-to-space": "", "subpixel": ""]
  public static let summary = "Enlarges images by making pixels of channels."
  public static let equation = "y[i factor + a, j factor + b, c] = x[i, j, c factor^2 + a factor + b]"
  public static let reference = "Shi et al. 2016, equation 4"
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

  public func validateFields() throws { try check("factor", factor, (1...1024).contains(factor), "a whole number in 1...1024") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let (n, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    guard channels % (factor * factor) == 0 else {
      throw NetworkError("\(channels) channels are no multiple of \(factor * factor)")
    }
    return x.reshaped([n, height, width, channels / (factor * factor), factor, factor]).transposed([0, 1, 4, 2, 5, 3])
      .reshaped([n, height * factor, width * factor, channels / (factor * factor)])
  }

  public func remedy(forInput shape: Shape) -> String? {
    shape.rank == 4 ? "let a convolution before it return a multiple of \(factor * factor) channels" : shape.remedyForImages
  }
}

/// Makes channels of pixels: `[n, h, w, c]` becomes `[n, h / factor, w / factor, c · factor²]`, the inverse of ``PixelShuffle``.
public struct PixelUnshuffle: Layer {
  public static let name = "pixel-unshuffle"
  public static let aliases = ["space-to-depth": ""]
  public static let summary = "Makes images smaller by making channels of pixels."
  public static let equation = "y[i, j, c factor^2 + a factor + b] = x[i factor + a, j factor + b, c]"
  public static let reference = "Shi et al. 2016"
  public static let fieldDescriptions = [
    "factor": "By how much height and width shrink; at least 1"
  ]

  /// By how much height and width shrink; at least 1.
  public var factor = 2

  public static let leadingFields = ["factor"]

  public init() {}

  /// A change of pixels into channels by the given factor.
  public init(_ factor: Int) {
    self.factor = factor
  }

  public func validateFields() throws { try check("factor", factor, (1...1024).contains(factor), "a whole number in 1...1024") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let (n, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    guard height % factor == 0, width % factor == 0 else {
      throw NetworkError("height and width of \(height)×\(width) images are no multiples of \(factor)")
    }
    return x.reshaped([n, height / factor, factor, width / factor, factor, channels]).transposed([0, 1, 3, 5, 2, 4])
      .reshaped([n, height / factor, width / factor, channels * factor * factor])
  }

  public func remedy(forInput shape: Shape) -> String? {
    shape.rank == 4 ? "choose a factor that divides both" : shape.remedyForImages
  }
}
