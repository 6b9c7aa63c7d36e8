import Metrics
import Tensors

extension InceptionWeights {
  /// The channels of the block with so many `features`, averaged over its pixels: `[n, 299, 299, 3]` in [-1, 1] gives `[n, features]`.
  ///
  /// - Throws: `MetricError` for a unit that has no weights.
  func features(_ features: Int, of images: Tensor) throws -> Tensor {
    var x = images
    for block in InceptionPart.blocks where block.features <= features {
      x = try block.part.computed(
        on: x,
        unit: { name, unit, x in
          guard let weights = units[name] else { throw MetricError("\(InceptionV3.name): there are no weights of \(name)") }
          return unit.computed(on: x, kernel: weights.kernel, bias: weights.bias)
        }, maximum: { largestOfNine($1, stride: $0) }, joined: { concatenated($0, axis: 3) })
    }
    return x.mean(axes: [1, 2])
  }
}

extension InceptionUnit {
  fileprivate func computed(on x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor {
    let y = convolution(
      x, kernel, stride: (stride, stride),
      padding: .explicit(vertical: [padding[0], padding[0]], horizontal: [padding[1], padding[1]]))
    // A mean of pixels and a product of channels may change places; the product leaves fewer channels to be averaged.
    return relu((averages ? averagedAround(y) : y) + bias)
  }
}

/// The mean of the 3×3 pixels around each one, of those that lie in the image.
private func averagedAround(_ images: Tensor) -> Tensor {
  func counts(_ size: Int) -> [Float] { (0..<size).map { Float(min($0 + 1, size - 1) - max($0 - 1, 0) + 1) } }
  let (height, width) = (images.shape[1], images.shape[2])
  let shares = counts(height).flatMap { rows in counts(width).map { 1 / (rows * $0) } }
  return ofNine(bordered(images), stride: 1, +) * Tensor(shares, shape: [1, height, width, 1])
}

/// The largest of 3×3 pixels: inside the image with a stride of 2, around each pixel with 1. No pixel may be negative.
private func largestOfNine(_ images: Tensor, stride: Int) -> Tensor {
  ofNine(stride == 1 ? bordered(images) : images, stride: stride, maximum)
}

/// Images with a zero around them.
private func bordered(_ images: Tensor) -> Tensor { images.padded(low: [0, 1, 1, 0], high: [0, 1, 1, 0]) }

/// What `combine` makes of 3×3 pixels, `stride` pixels apart: first of three rows, then of three columns.
private func ofNine(_ images: Tensor, stride: Int, _ combine: (Tensor, Tensor) -> Tensor) -> Tensor {
  [1, 2].reduce(images) { x, axis in
    let span = (x.shape[axis] - 3) / stride * stride + 1
    let places = (0..<3).map { x.sliced(axis: axis, $0..<($0 + span), stride: stride) }
    return combine(combine(places[0], places[1]), places[2])
  }
}
