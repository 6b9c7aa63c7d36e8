import Datasets

/// The pictures of samples that a study leaves and its report shows.
enum SampleGrid {
  /// The most pixels in a row of a grid: with fewer images where they are large.
  private static let width = 272

  /// A square grid of the first of `samples`, images of `shape`: at most 8 × 8 of them, and as many as fit `width` otherwise.
  ///
  /// - Throws: `DataError` where the samples are no images.
  static func grid(_ samples: [Float], shape: [Int]) throws -> PNGImage {
    let side = max(2, min(8, width / max(1, shape[1])))
    return try PNGImage.grid(samples: Array(samples.prefix(side * side * shape.reduce(1, *))), shape: shape, columns: side)
  }

  /// Whether samples of `shape` are points that can be drawn in the plane: of one number to three.
  static func isPoint(_ shape: [Int]) -> Bool { shape.reduce(1, *) <= 3 }
}
