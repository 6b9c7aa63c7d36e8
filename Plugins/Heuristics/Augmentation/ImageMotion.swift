import Tensors

/// A map from places in the result to places in the image, both from the middle: (a·x + b·y + u, c·x + d·y + v) for each image.
struct ImageMotion {
  private var (a, b, c, d): (Tensor, Tensor, Tensor, Tensor)
  private var (u, v): (Tensor, Tensor)

  init(like zero: Tensor) {
    (a, b, c, d) = (zero + 1, zero, zero, zero + 1)
    (u, v) = (zero, zero)
  }

  /// After all before, the image grows by these factors.
  mutating func scale(_ x: Tensor, _ y: Tensor) { (a, b, c, d) = (a / x, b / y, c / x, d / y) }

  /// After all before, the image turns.
  mutating func turn(_ angle: Tensor) {
    let (cosine, sine) = (cos(angle), sin(angle))
    (a, b, c, d) = (a * cosine - b * sine, a * sine + b * cosine, c * cosine - d * sine, c * sine + d * cosine)
  }

  /// After all before, the image moves to the right and down.
  mutating func shift(_ x: Tensor, _ y: Tensor) { (u, v) = (u - (a * x + b * y), v - (c * x + d * y)) }

  func source(_ x: Tensor, _ y: Tensor) -> (x: Tensor, y: Tensor) { (a * x + b * y + u, c * x + d * y + v) }
}
