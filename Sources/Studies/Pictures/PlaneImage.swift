import Adversarial
import Datasets
import Tensors

/// Points in the plane as a small image: generated ones over real ones, always of the same part of the plane.
struct PlaneImage {
  /// The least corner, and how long both sides are.
  let corner: SIMD2<Float>
  let length: Float
  private let width: Int
  private let real: [SIMD2<Float>]

  /// How many pixels a side has.
  private static let side = 112
  private static let white: [UInt8] = [255, 255, 255]
  private static let grey: [UInt8] = [176, 176, 176]
  private static let blue: [UInt8] = [0, 114, 178]

  /// The square in which the real samples lie, with air around them.
  init(of samples: any Samples) {
    width = samples.sampleShape.reduce(1, *)
    let values = (samples.heldOut ?? samples).drawn(500, key: Key(seed: 0).derived("study").derived("plane"))
    let real = Self.points(values, width: width)
    let (least, most) = real.reduce((real.first ?? .zero, real.first ?? .zero)) { ends, point in
      (pointwiseMin(ends.0, point), pointwiseMax(ends.1, point))
    }
    length = max((most - least).max(), 1e-6) * 1.4
    corner = (least + most) / 2 - length / 2
    self.real = real
  }

  /// The image of `values`, row by row; what lies outside is not shown.
  func image(of values: some RandomAccessCollection<Float>) throws -> PNGImage {
    let side = Self.side
    var pixels = [UInt8]()
    pixels.reserveCapacity(side * side * 3)
    for _ in 0..<side * side { pixels += Self.white }
    for (points, color) in [(real, Self.grey), (Self.points(Array(values), width: width), Self.blue)] {
      for point in points {
        let place = (point - corner) / length * Float(side)
        // Comparisons with NaN are false. A point is two pixels wide and high.
        guard place.x >= 0, place.y >= 0, place.x < Float(side - 1), place.y < Float(side - 1) else { continue }
        let (column, row) = (Int(place.x), side - 2 - Int(place.y))
        for pixel in [row * side + column, row * side + column + 1, (row + 1) * side + column, (row + 1) * side + column + 1] {
          pixels.replaceSubrange(3 * pixel..<3 * pixel + 3, with: color)
        }
      }
    }
    return try PNGImage(width: side, height: side, channels: 3, pixels: pixels)
  }

  /// The first two numbers of each sample; with one number, the second is 0.
  private static func points(_ values: [Float], width: Int) -> [SIMD2<Float>] {
    stride(from: 0, to: values.count / width * width, by: width).map { SIMD2(values[$0], width > 1 ? values[$0 + 1] : 0) }
  }
}
