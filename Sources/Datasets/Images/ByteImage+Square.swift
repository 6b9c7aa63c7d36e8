extension ByteImage {
  /// The middle square of the image, scaled to `size` rows and columns by averaging areas.
  ///
  /// Each result is the mean of the square that it covers, pixels at its border counted by the share that lies inside, rounded to the
  /// nearest byte. All of it is integer arithmetic, so that the bytes are the same everywhere.
  public func square(_ size: Int) -> ByteImage {
    let (rows, columns, channels) = (shape[0], shape[1], shape[2])
    let side = min(rows, columns)
    let (top, left) = ((rows - side) / 2, (columns - side) / 2)
    // In units of 1 / size of a pixel: a pixel is `size` long, a result `side`.
    var result = [UInt8](repeating: 0, count: size * size * channels)
    var sums = [Int](repeating: 0, count: channels)
    for row in 0..<size {
      let vertical = overlaps(row, side: side, size: size)
      for column in 0..<size {
        let horizontal = overlaps(column, side: side, size: size)
        for channel in 0..<channels { sums[channel] = 0 }
        for y in vertical.pixels {
          let height = vertical.length(of: y)
          for x in horizontal.pixels {
            let weight = height * horizontal.length(of: x)
            let place = ((top + y) * columns + left + x) * channels
            for channel in 0..<channels { sums[channel] += weight * Int(pixels[place + channel]) }
          }
        }
        let area = side * side
        for channel in 0..<channels {
          result[(row * size + column) * channels + channel] = UInt8((sums[channel] + area / 2) / area)
        }
      }
    }
    return ByteImage(shape: [size, size, channels], pixels: result)
  }

  /// The pixels that a result covers along one axis.
  private struct Overlaps {
    let start: Int
    let end: Int
    let unit: Int

    var pixels: Range<Int> { start / unit..<(end + unit - 1) / unit }
    func length(of pixel: Int) -> Int { min(end, (pixel + 1) * unit) - max(start, pixel * unit) }
  }

  private func overlaps(_ index: Int, side: Int, size: Int) -> Overlaps {
    Overlaps(start: index * side, end: (index + 1) * side, unit: size)
  }
}
