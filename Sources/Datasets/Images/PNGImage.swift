import CPNG

/// A grey or RGB image of eight bits a channel, read and written as PNG by libpng.
public struct PNGImage: Sendable, Equatable {
  /// The width in pixels, at least 1.
  public let width: Int
  /// The height in pixels, at least 1.
  public let height: Int
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int
  /// The samples in sRGB, 0…255, row major: `height × width × channels` bytes.
  public let pixels: [UInt8]

  /// The largest width and height that are written.
  public static let largestExtent = 32_768
  /// The largest number of pixels that is written: 2²⁸.
  static let largestArea = 1 << 28

  /// Takes `height × width × channels` bytes; throws where they are not that many, or an extent is out of range.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) throws {
    guard (1...Self.largestExtent).contains(width), (1...Self.largestExtent).contains(height),
      width * height <= Self.largestArea, channels == 1 || channels == 3
    else {
      throw DataError(
        "an image of \(width) × \(height) pixels with \(channels) channels cannot be a PNG image here",
        remedy: "use 1 or 3 channels and extents in 1…\(Self.largestExtent), at most 2²⁸ pixels in all")
    }
    guard pixels.count == width * height * channels else {
      throw DataError(
        "\(pixels.count) bytes are not \(height) × \(width) × \(channels)",
        remedy: "pass height × width × channels bytes")
    }
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// Reads the PNG file at `path`, by the rules of ``ByteImage/init(reading:background:limits:)``.
  public init(reading path: String) throws {
    try self.init(decoding: try FileBytes.read(path), file: path)
  }

  /// Decodes the bytes of a PNG file; `file` is the name that errors give.
  public init(decoding bytes: [UInt8], file: String = "") throws {
    let image = try PNGDecoder.image(bytes, file: file, background: 255, limits: .standard)
      .oriented(ImageOrientation.stored(in: bytes, .png))
    try self.init(width: image.shape[1], height: image.shape[0], channels: image.shape[2], pixels: image.pixels)
  }

  /// Returns the bytes of a PNG file. The same image gives the same bytes (for one version of libpng and zlib).
  public func encoded() throws -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
    defer { png_image_free(&image) }

    var source = pixels
    // Deflate adds less than 0.1 % to what it cannot compress; a row has one filter byte more.
    var size = source.count + source.count / 500 + height + 65_536
    var output = [UInt8](repeating: 0, count: size)
    let status = output.withUnsafeMutableBytes { target in
      source.withUnsafeMutableBytes { raw in
        png_image_write_to_memory(&image, target.baseAddress, &size, 0, raw.baseAddress, 0, nil)
      }
    }
    guard status != 0 else {
      throw DataError("libpng cannot encode the image (\(Self.message(image)))", remedy: "check that memory is free")
    }
    return Array(output.prefix(size))
  }

  /// Writes a PNG file; the old file stays until the new one is whole.
  public func write(to path: String) throws {
    try FileBytes.write(try encoded(), to: path)
  }

  /// The message that libpng left, at most 63 characters.
  private static func message(_ image: png_image) -> String {
    withUnsafeBytes(of: image.message) { raw in
      String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
