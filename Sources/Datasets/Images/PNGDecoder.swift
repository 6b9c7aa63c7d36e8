import CPNG

/// PNG files, decoded by libpng: values as they are stored, transparency laid over a background.
enum PNGDecoder {
  static func image(_ bytes: [UInt8], file: String, background: UInt8, limits: ReadingLimits) throws -> ByteImage {
    var info = rival_png_info()
    func failure() -> DataError {
      let message = withUnsafeBytes(of: info.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      return DataError(
        "it is no PNG image that can be read (\(message))", file: file, remedy: "check that it is a PNG file, and fetch or export it again")
    }
    guard rival_png_decode(bytes, bytes.count, nil, UInt64(limits.pixels), &info) != 0 else { throw failure() }
    let (width, height, channels) = (Int(info.width), Int(info.height), Int(info.channels))
    try limits.requirePixels(width: width, height: height, file: file)
    // What is spread over more bits when it is decoded takes an eighth of its bytes at least, and a palette's index a 32nd.
    guard info.bytes / 32 / ByteReader.largestRatio <= bytes.count else {
      throw DataError(
        "it declares \(width) × \(height) pixels, which its \(bytes.count) bytes cannot hold", file: file,
        remedy: "fetch or export it again; it was cut short or changed")
    }
    try limits.requireBytes(info.bytes, 2, file: file)
    var decoded = [UInt8](repeating: 0, count: info.bytes)
    guard rival_png_decode(bytes, bytes.count, &decoded, UInt64(limits.pixels), &info) != 0 else { throw failure() }
    let eight = info.bits == 16 ? inEightBits(decoded, isPlainGrey: channels == 1) : decoded
    let color = channels - (channels.isMultiple(of: 2) ? 1 : 0)
    let pixels = color == channels ? eight : blended(eight, color: color, background: Int(background))
    return ByteImage(shape: [height, width, color], pixels: pixels)
  }

  /// Sixteen bits, the more significant byte first, in eight.
  private static func inEightBits(_ values: [UInt8], isPlainGrey: Bool) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: values.count / 2)
    for place in result.indices {
      let high = values[2 * place]
      result[place] = isPlainGrey ? UInt8((Int(high) << 8 + Int(values[2 * place + 1]) + 128) / 257) : high
    }
    return result
  }

  /// `color` channels and one of alpha, laid over a grey.
  private static func blended(_ values: [UInt8], color: Int, background: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: values.count / (color + 1) * color)
    for pixel in 0..<result.count / color {
      let source = pixel * (color + 1)
      let alpha = Int(values[source + color])
      for channel in 0..<color {
        result[pixel * color + channel] = UInt8((Int(values[source + channel]) * alpha + background * (255 - alpha) + 127) / 255)
      }
    }
    return result
  }
}
