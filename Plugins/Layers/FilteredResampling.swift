import Components
import Networks
import Tensors

/// Blurs images without changing their size: `[n, h, w, c]`.
///
/// The taps are the same along both axes and are divided by their sum. Beyond the border are zeros.
public struct Blur: Layer {
  public static let name = "blur"
  public static let summary = "Blurs images by a small filter."
  public static let equation = "y = x * f along both axes"
  public static let reference =
    "Zhang 2019, Making convolutional networks shift-invariant again; padded as in Karras et al. 2020, StyleGAN2"
  public static let fieldDescriptions = [
    "taps": "The filter along one axis, 1 to 64 numbers whose sum is not 0"
  ]

  /// The filter along one axis, 1 to 64 numbers whose sum is not 0.
  public var taps = [1.0, 3, 3, 1]

  public static let leadingFields = ["taps"]

  public init() {}

  /// A filter of the given taps.
  public init(_ taps: [Double]) {
    self.taps = taps
  }

  public func validateFields() throws { try checkTaps(taps) }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let zeros = taps.count - 1
    return x.filtered(by: taps, low: (zeros + 1) / 2, high: zeros / 2)
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}

/// Doubles the size of images and blurs them, which keeps out frequencies that were not there: `[n, h, w, c]` becomes `[n, 2 h, 2 w, c]`.
///
/// The taps are the same along both axes and are divided by their sum. Between pixels come zeros, and values are multiplied by 4 to make up for them.
public struct FilteredUpsample: Layer {
  public static let name = "filtered-upsample"
  public static let summary = "Doubles the size of images by a smooth filter."
  public static let equation = "y = 4 up2(x) * f along both axes"
  public static let reference =
    "Zhang 2019, Making convolutional networks shift-invariant again; padded as in Karras et al. 2020, StyleGAN2"
  public static let fieldDescriptions = [
    "taps": "The filter along one axis, 2 to 64 numbers whose sum is not 0"
  ]

  /// The filter along one axis, 2 to 64 numbers whose sum is not 0.
  public var taps = [1.0, 3, 3, 1]

  public static let leadingFields = ["taps"]

  public init() {}

  /// A filter of the given taps.
  public init(_ taps: [Double]) {
    self.taps = taps
  }

  public func validateFields() throws { try checkTaps(taps, least: 2) }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let zeros = taps.count - 2
    return x.filtered(by: taps.map { 2 * $0 }, up: 2, low: (zeros + 1) / 2 + 1, high: zeros / 2)
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}

/// Blurs images and halves their size: `[n, h, w, c]` becomes `[n, h / 2, w / 2, c]`, for even sizes.
///
/// The taps are the same along both axes and are divided by their sum. Beyond the border are zeros.
public struct FilteredDownsample: Layer {
  public static let name = "filtered-downsample"
  public static let summary = "Halves the size of images after a smooth filter."
  public static let equation = "y = down2(x * f) along both axes"
  public static let reference =
    "Zhang 2019, Making convolutional networks shift-invariant again; padded as in Karras et al. 2020, StyleGAN2"
  public static let fieldDescriptions = [
    "taps": "The filter along one axis, 2 to 64 numbers whose sum is not 0"
  ]

  /// The filter along one axis, 2 to 64 numbers whose sum is not 0.
  public var taps = [1.0, 3, 3, 1]

  public static let leadingFields = ["taps"]

  public init() {}

  /// A filter of the given taps.
  public init(_ taps: [Double]) {
    self.taps = taps
  }

  public func validateFields() throws { try checkTaps(taps, least: 2) }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let zeros = taps.count - 2
    return x.filtered(by: taps, down: 2, low: (zeros + 1) / 2, high: zeros / 2)
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}

extension Component {
  fileprivate func checkTaps(_ taps: [Double], least: Int = 1) throws {
    try check(
      "taps", taps, (least...64).contains(taps.count) && taps.allSatisfy(\.isFinite) && taps.reduce(0, +) != 0,
      "a list of \(least) to 64 numbers whose sum is not 0")
  }
}

extension Tensor {
  /// Images with zeros between and around their pixels, convolved along both axes by the taps and thinned out.
  fileprivate func filtered(by taps: [Double], up: Int = 1, down: Int = 1, low: Int, high: Int) -> Tensor {
    let gain = Double(up)
    let sum = taps.reduce(0, +) / gain
    return [1, 2].reduce(self) { images, axis in
      var before = Array(repeating: 0, count: 4)
      var (after, between) = (before, before)
      (before[axis], after[axis], between[axis]) = (low, high + up - 1, up - 1)
      let wide = images.padded(low: before, high: after, interior: between)
      let length = (wide.shape[axis] - taps.count) / down * down + 1
      // A convolution turns the taps round.
      let parts = taps.reversed().enumerated().map { place, tap in
        (tap / sum) * wide.sliced(axis: axis, place..<(place + length), stride: down)
      }
      return parts.dropFirst().reduce(parts[0], +)
    }
  }
}
