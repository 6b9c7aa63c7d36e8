import CTurboJPEG

/// A grey or RGB image of eight bits a channel, read from a JPEG file by libjpeg-turbo.
public struct JPEGImage: Sendable, Equatable {
  /// The width in pixels, at least 1.
  public let width: Int
  /// The height in pixels, at least 1.
  public let height: Int
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int
  /// The samples in sRGB, 0…255, row major: `height × width × channels` bytes.
  public let pixels: [UInt8]

  /// The largest number of pixels that is read: 2²⁸.
  private static let largestArea = 1 << 28
  /// The most pixels that a byte of a file can stand for; one bit for each block of 8 × 8 makes 512.
  private static let mostPixelsPerByte = 1_024

  /// Reads the JPEG file at `path`.
  ///
  /// - Throws: ``DataError`` where there is no such file, it is no JPEG image, it is damaged or cut short, too large, or in CMYK.
  public init(reading path: String) throws {
    try self.init(decoding: try FileBytes.read(path), file: path)
  }

  /// Decodes the bytes of a JPEG file by the accurate integer transform, so that equal bytes give equal pixels (for one version of
  /// libjpeg-turbo).
  ///
  /// Anything that the library would only warn of, such as data that end too early, is an error. Notes on orientation and colour
  /// profiles are not heeded.
  ///
  /// - Parameter file: the name that errors give.
  /// - Throws: ``DataError``, as ``init(reading:)`` does.
  public init(decoding bytes: [UInt8], file: String = "") throws {
    guard let decoder = tjInitDecompress() else {
      throw DataError("libjpeg-turbo cannot start", file: file, remedy: "check that memory is free")
    }
    defer { tjDestroy(decoder) }
    func failure() -> DataError {
      DataError(
        "it is no JPEG image that can be read (\(String(cString: tjGetErrorStr2(decoder))))", file: file,
        remedy: "check that it is a JPEG file, and fetch or export it again")
    }
    var (width, height, subsampling, space) = (Int32(0), Int32(0), Int32(0), Int32(0))
    guard !bytes.isEmpty, tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &space) == 0 else {
      throw bytes.isEmpty ? DataError("it is empty", file: file, remedy: "fetch or export it again") : failure()
    }
    guard width > 0, height > 0 else {
      throw DataError(
        "it is no JPEG image that can be read (it holds no frame)", file: file, remedy: "fetch or export it again; it was cut short")
    }
    let extents = 1...PNGImage.largestExtent
    let area = Int(width) * Int(height)
    guard extents.contains(Int(width)), extents.contains(Int(height)), area <= Self.largestArea else {
      throw DataError(
        "its \(width) × \(height) pixels are too many", file: file,
        remedy: "scale it to extents of at most \(PNGImage.largestExtent), at most 2²⁸ pixels in all")
    }
    guard area <= bytes.count * Self.mostPixelsPerByte + 65_536 else {
      throw DataError(
        "it declares \(width) × \(height) pixels, which its \(bytes.count) bytes cannot hold", file: file,
        remedy: "fetch or export it again; it was cut short or changed")
    }
    guard space != Int32(TJCS_CMYK.rawValue), space != Int32(TJCS_YCCK.rawValue) else {
      throw DataError("its colours are in CMYK", file: file, remedy: "convert it to RGB or grey")
    }
    let isGrey = space == Int32(TJCS_GRAY.rawValue)
    channels = isGrey ? 1 : 3
    let format = Int32(isGrey ? TJPF_GRAY.rawValue : TJPF_RGB.rawValue)
    let flags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS
    var output = [UInt8](repeating: 0, count: area * (isGrey ? 1 : 3))
    let status = tjDecompress2(decoder, bytes, UInt(bytes.count), &output, width, 0, height, format, flags)
    guard status == 0 else { throw failure() }
    self.width = Int(width)
    self.height = Int(height)
    pixels = output
  }
}
