/// One image as bytes, row major.
public struct ByteImage: Sendable, Equatable {
  /// Rows, columns, channels; all above 0.
  public let shape: [Int]
  /// As many bytes as the product of the extents.
  public let pixels: [UInt8]

  /// An image of `shape`, three extents above 0.
  ///
  /// - Precondition: there are as many bytes as the product of the extents.
  public init(shape: [Int], pixels: [UInt8]) {
    precondition(shape.count == 3 && shape.allSatisfy { $0 > 0 }, "an image has rows, columns and channels, not the shape \(shape)")
    precondition(shape.reduce(1, *) == pixels.count, "\(pixels.count) bytes are no image of shape \(shape)")
    self.shape = shape
    self.pixels = pixels
  }

  /// Reads the PNG or JPEG image at `path`, whatever its name ends in: 1 channel (grey) or 3 (red, green, blue).
  ///
  /// Pixels are those that Pillow reads, byte for byte:
  ///
  /// - values are as they are stored: gamma and colour profiles are ignored;
  /// - palettes become colours, fewer than 8 bits are spread over 0…255;
  /// - sixteen bits become eight by their high byte, in grey without transparency by v / 257, rounded;
  /// - transparent pixels are laid over `background`: (v · a + background · (255 − a)) / 255, rounded;
  /// - CMYK becomes RGB as (255 − K) · (255 − C) / 255, its values taken for inverted, as Adobe's programs store them;
  /// - the image is turned as its note on orientation says (Exif or XMP).
  ///
  /// - Parameters:
  ///   - background: the grey behind transparent pixels, 255 (white) by default.
  ///   - limits: of the file and of its pixels, which are known before any is decoded.
  /// - Throws: ``DataError`` where there is no such file, it is no PNG or JPEG image, damaged, cut short, or beyond the limits.
  public init(reading path: String, background: UInt8 = 255, limits: ReadingLimits = .standard) throws {
    try self.init(decoding: try FileBytes.read(path, limits: limits), file: path, background: background, limits: limits)
  }

  /// Decodes the bytes of a PNG or JPEG file, as ``init(reading:background:limits:)`` does; `file` is the name that errors give.
  public init(decoding bytes: [UInt8], file: String = "", background: UInt8 = 255, limits: ReadingLimits = .standard) throws {
    let format = try ImageFormat(bytes, file: file)
    let stored: ByteImage
    switch format {
    case .jpeg: stored = try JPEGDecoder.image(bytes, file: file, limits: limits)
    case .png: stored = try PNGDecoder.image(bytes, file: file, background: background, limits: limits)
    }
    self = stored.oriented(ImageOrientation.stored(in: bytes, format))
  }

  /// Whether a file's image is grey, told by its header alone.
  ///
  /// - Throws: ``DataError``, as ``init(reading:background:limits:)`` does for what the header shows.
  public static func isGrey(_ path: String) throws -> Bool {
    let reader = try ByteReader(path)
    // All that may stand before the frame's header: profiles, thumbnails.
    let bytes = try reader.read(min(reader.storedCount, 1 << 16))
    let format = try ImageFormat(bytes, file: path)
    let channels =
      try ImageHeader.channels(bytes, format) ?? ImageHeader.channels(bytes + reader.read(reader.storedCount - bytes.count), format)
    guard let channels else {
      throw DataError(
        "it is no image that can be read (it has no header)", file: path, remedy: "fetch or export it again; it was cut short")
    }
    return channels == 1
  }

  /// The image in grey: (19595 · R + 38470 · G + 7471 · B + 32768) / 65536, which is ITU-R BT.601's luma as Pillow has it.
  public func inGrey() -> ByteImage {
    guard shape[2] == 3 else { return self }
    var result = [UInt8](repeating: 0, count: pixels.count / 3)
    for place in result.indices {
      let (red, green, blue) = (Int(pixels[3 * place]), Int(pixels[3 * place + 1]), Int(pixels[3 * place + 2]))
      result[place] = UInt8((19_595 * red + 38_470 * green + 7_471 * blue + 32_768) >> 16)
    }
    return ByteImage(shape: [shape[0], shape[1], 1], pixels: result)
  }

  /// The image in red, green and blue, which are equal where it is grey.
  public func inColor() -> ByteImage {
    guard shape[2] == 1 else { return self }
    var result = [UInt8](repeating: 0, count: 3 * pixels.count)
    for (place, value) in pixels.enumerated() { for channel in 0..<3 { result[3 * place + channel] = value } }
    return ByteImage(shape: [shape[0], shape[1], 3], pixels: result)
  }
}
