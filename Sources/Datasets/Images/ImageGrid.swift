extension PNGImage {
  /// Whether samples of `shape` are images that a file can hold: `[rows, columns, channels]`, with 1 channel or 3.
  public static func canHold(_ shape: [Int]) -> Bool {
    shape.count == 3 && shape.allSatisfy { (1...largestExtent).contains($0) } && (shape[2] == 1 || shape[2] == 3)
  }

  /// Lays samples out in a grid, row by row: what one looks at to judge a generator.
  ///
  /// - Parameters:
  ///   - samples: Numbers in [-1, 1], row major, `count × h × w × c` of them; those outside are clamped, NaN becomes `background`.
  ///   - shape: The shape `[h, w, c]` of a sample; `c` is 1 or 3.
  ///   - columns: How many samples stand side by side, at least 1; `nil` (the default) for a grid that is about square.
  ///   - padding: Pixels around each sample; 2 by default.
  ///   - background: The grey of the padding, 0…255; 255 by default.
  /// - Throws: ``DataError`` where the numbers are not whole samples of `shape`, or the grid is too large for an image.
  public static func grid(
    samples: [Float], shape: [Int], columns: Int? = nil, padding: Int = 2, background: UInt8 = 255
  ) throws -> PNGImage {
    precondition(padding >= 0 && columns ?? 1 > 0, "a grid has at least one column and no negative padding")
    guard canHold(shape) else {
      throw DataError(
        "samples of shape \(shape) are no images",
        remedy: "pass samples of shape [height, width, channels], channels 1 or 3")
    }
    let (h, w, c) = (shape[0], shape[1], shape[2])
    let size = h * w * c
    guard !samples.isEmpty, samples.count.isMultiple(of: size) else {
      throw DataError(
        "\(samples.count) numbers are not a whole number of samples of shape \(shape) (\(size) numbers each)",
        remedy: "pass at least one sample, row major")
    }
    let count = samples.count / size
    let columns = min(columns ?? Int(Double(count).squareRoot().rounded(.up)), count)
    let rows = (count + columns - 1) / columns
    let width = columns * (w + padding) + padding
    let height = rows * (h + padding) + padding
    guard width <= largestExtent, height <= largestExtent, width * height <= largestArea else {
      throw DataError(
        "a grid of \(rows) × \(columns) samples of shape \(shape) has \(width) × \(height) pixels",
        remedy: "show fewer samples, or choose another number of columns")
    }

    var pixels = [UInt8](repeating: background, count: width * height * c)
    for index in 0..<count {
      let top = padding + (index / columns) * (h + padding)
      let left = padding + (index % columns) * (w + padding)
      for y in 0..<h {
        let target = ((top + y) * width + left) * c
        let source = index * size + y * w * c
        for offset in 0..<(w * c) {
          let value = samples[source + offset]
          guard !value.isNaN else { continue }
          pixels[target + offset] = UInt8(((min(max(value, -1), 1) + 1) * 127.5).rounded())
        }
      }
    }
    return try PNGImage(width: width, height: height, channels: c, pixels: pixels)
  }
}
