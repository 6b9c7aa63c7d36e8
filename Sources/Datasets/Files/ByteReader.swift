import Foundation

/// The bytes of a file from front to back, plain or, by its name's ending `.gz`, compressed by gzip.
///
/// Memory is taken for what is asked for, never for what a file may unpack to:
///
/// ```swift
/// let reader = try ByteReader("images.bin.gz")
/// let header = try reader.read(16)
/// let content = try reader.read(784 * 10)
/// ```
public final class ByteReader {
  /// The path, which errors name.
  public let file: String
  /// The bytes of the file itself, which are fewer than those that come out where it is compressed.
  public let storedCount: Int
  /// Whether the file is compressed.
  public let isCompressed: Bool
  /// How many bytes came out so far.
  public private(set) var count = 0

  private let descriptor: Int32
  private let inflater: Inflater?
  private var input: [UInt8] = []
  private var place = 0
  private var isAtEnd = false

  /// The most that a byte of deflate stands for.
  public static let largestRatio = 1_032

  /// Opens the plain file at `path`.
  ///
  /// - Throws: ``DataError`` where there is none, it cannot be read, or it ends in `.gz` and is not compressed.
  public init(_ path: String) throws {
    file = path
    isCompressed = path.hasSuffix(".gz")
    (descriptor, storedCount) = try FileBytes.open(path)
    inflater = isCompressed ? try Inflater(.gzip, file: path) : nil
    if isCompressed {
      try refill()
      guard input.count >= 2, input[0] == 0x1F, input[1] == 0x8B else {
        throw DataError(
          "its name ends in .gz, but it does not start with gzip's magic bytes 1f 8b", file: path,
          remedy: "remove the ending .gz if it is not compressed, or fetch the file again")
      }
    }
  }

  deinit { close(descriptor) }

  /// The next `count` bytes, or as many as there are before the end.
  ///
  /// - Throws: ``DataError`` where so many cannot be held (``ReadingLimits``), the file cannot be read, or compressed data are damaged or cut
  ///   short.
  public func read(_ count: Int, limits: ReadingLimits = .standard) throws -> [UInt8] {
    try limits.requireBytes(count, file: file)
    let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try fill(UnsafeMutableRawBufferPointer(buffer))
    }
    self.count += bytes.count
    return bytes
  }

  private func fill(_ target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let inflater else { return try FileBytes.read(descriptor, into: target, file: file) }
    var filled = 0
    while filled < target.count, !isAtEnd {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
      let (consumed, produced, status) = input.withUnsafeBytes { inflater.step(UnsafeRawBufferPointer(rebasing: $0[place...]), into: rest) }
      place += consumed
      filled += produced
      switch status {
      case .ended: try endMember(inflater)
      case .continues:
        guard consumed == 0, produced == 0 else { continue }
        try refill()
        guard !input.isEmpty else {
          throw DataError(
            "it is truncated: the compressed data end after \(count + filled) bytes", file: file, remedy: "fetch the file again")
        }
      case .damaged(let code):
        throw DataError("the compressed data are damaged (zlib's code \(code))", file: file, remedy: "fetch the file again")
      }
    }
    return filled
  }

  /// After a member of the file: another one follows, or nothing.
  private func endMember(_ inflater: Inflater) throws {
    if place == input.count { try refill() }
    guard place < input.count else {
      isAtEnd = true
      return
    }
    if place + 1 == input.count {
      let last = input[place]
      try refill()
      input.insert(last, at: 0)
    }
    guard input.count - place >= 2, input[place] == 0x1F, input[place + 1] == 0x8B else {
      throw DataError(
        "\(input.count - place) bytes follow the end of the compressed data", file: file, remedy: "fetch the file again")
    }
    inflater.restart()
  }

  private func refill() throws {
    place = 0
    input = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, filled in
      filled = try FileBytes.read(descriptor, into: UnsafeMutableRawBufferPointer(buffer), file: file)
    }
  }
}
