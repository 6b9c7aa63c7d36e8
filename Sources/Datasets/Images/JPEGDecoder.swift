import CTurboJPEG

/// JPEG files, decoded by libjpeg-turbo: by the accurate integer transform, so that equal bytes give equal pixels.
enum JPEGDecoder {
  /// The most pixels that a byte of a file can stand for; one bit for each block of 8 × 8 makes 512.
  private static let mostPixelsPerByte = 1_024
  /// The most scans of a progressive image: each goes over all of it.
  private static let mostScans: Int32 = 64

  static func image(_ bytes: [UInt8], file: String, limits: ReadingLimits) throws -> ByteImage {
    var info = rival_jpeg_info()
    func failure() -> DataError {
      let message = withUnsafeBytes(of: info.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      return DataError(
        "it is no JPEG image that can be read (\(message))", file: file,
        remedy: "check that it is a JPEG file, and fetch or export it again")
    }
    guard rival_jpeg_decode(bytes, bytes.count, nil, mostScans, &info) != 0 else { throw failure() }
    let (width, height, channels) = (Int(info.width), Int(info.height), Int(info.channels))
    try limits.requirePixels(width: width, height: height, file: file)
    guard width * height / mostPixelsPerByte <= bytes.count + 64 else {
      throw DataError(
        "it declares \(width) × \(height) pixels, which its \(bytes.count) bytes cannot hold", file: file,
        remedy: "fetch or export it again; it was cut short or changed")
    }
    try limits.requireBytes(width, height, channels, file: file)
    var pixels = [UInt8](repeating: 0, count: width * height * channels)
    guard rival_jpeg_decode(bytes, bytes.count, &pixels, mostScans, &info) != 0 else { throw failure() }
    return ByteImage(shape: [height, width, channels == 4 ? 3 : channels], pixels: channels == 4 ? inRGB(pixels) : pixels)
  }

  /// CMYK, stored inverted, in red, green and blue.
  private static func inRGB(_ values: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: values.count / 4 * 3)
    for pixel in 0..<values.count / 4 {
      let rest = Int(values[4 * pixel + 3])
      for channel in 0..<3 {
        let product = (255 - Int(values[4 * pixel + channel])) * rest + 128
        result[3 * pixel + channel] = UInt8(max(0, rest - (product >> 8 + product) >> 8))
      }
    }
    return result
  }
}
