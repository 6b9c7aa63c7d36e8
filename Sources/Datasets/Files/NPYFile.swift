/// An array in NumPy's `.npy` format, row major: float32, float64, uint8 or int64.
///
/// Written as version 1.0, as `numpy.save` does; read from versions 1.0, 2.0 and 3.0, in either order of bytes. Half precision becomes
/// float32; truth values and other integers become int64.
public struct NPYFile: Sendable, Equatable {
  /// The numbers, in the precision of the file.
  public enum Elements: Sendable, Equatable {
    case float32([Float])
    case float64([Double])
    case uint8([UInt8])
    case int64([Int64])

    /// How many numbers there are.
    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .uint8(let values): values.count
      case .int64(let values): values.count
      }
    }
  }

  /// The extents; empty for a single number.
  public let shape: [Int]
  /// The numbers, row major.
  public let elements: Elements

  /// The numbers as float32; float64 and int64 are rounded, bytes stay as they are, 0…255.
  public var floats: [Float] {
    switch elements {
    case .float32(let values): values
    case .float64(let values): values.map { Float($0) }
    case .uint8(let values): values.map { Float($0) }
    case .int64(let values): values.map { Float($0) }
    }
  }

  /// Takes as many numbers as `shape` has elements; throws where they are not that many.
  public init(shape: [Int], elements: Elements) throws {
    guard let count = NPYHeader.elementCount(shape), count == elements.count else {
      throw DataError(
        "\(elements.count) numbers do not have the shape \(shape)",
        remedy: "pass as many numbers as the shape has elements")
    }
    self.shape = shape
    self.elements = elements
  }

  /// Takes float32 numbers.
  public init(_ values: [Float], shape: [Int]) throws {
    try self.init(shape: shape, elements: .float32(values))
  }

  /// Reads the file at `path`.
  public init(reading path: String) throws {
    try self.init(decoding: try FileBytes.read(path), file: path)
  }

  /// Decodes the bytes of a file; `file` is the name that errors give.
  public init(decoding bytes: [UInt8], file: String = "") throws {
    let header = try NPYHeader(bytes, file: file)
    let width = header.type.size
    let found = bytes.count - header.length
    guard let count = NPYHeader.elementCount(header.shape), !count.multipliedReportingOverflow(by: width).overflow,
      count * width == found
    else {
      throw DataError(
        "its header promises the shape \(header.shape) of \(width)-byte numbers, but \(found) bytes follow", file: file,
        remedy: "write the file again; it was truncated or damaged")
    }
    try ReadingLimits.standard.requireBytes(count, max(4, width), 2, file: file)
    let elements = try NPYFile.elements(bytes, header, count, file)
    try self.init(shape: header.shape, elements: elements)
  }

  private static func elements(_ bytes: [UInt8], _ header: NPYHeader, _ count: Int, _ file: String) throws -> Elements {
    func words<Word: FixedWidthInteger>(_ type: Word.Type) -> [Word] {
      bytes.withUnsafeBytes { raw in
        (0..<count).map { index in
          let word = raw.loadUnaligned(fromByteOffset: header.length + index * MemoryLayout<Word>.size, as: Word.self)
          return header.type.isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word)
        }
      }
    }
    switch (header.type.kind, header.type.size) {
    case ("f", 2): return .float32(words(UInt16.self).map { Float(Float16(bitPattern: $0)) })
    case ("f", 4): return .float32(words(UInt32.self).map { Float(bitPattern: $0) })
    case ("f", _): return .float64(words(UInt64.self).map { Double(bitPattern: $0) })
    case ("u", 1): return .uint8(Array(bytes[header.length...]))
    case ("b", _): return .int64(words(UInt8.self).map { $0 == 0 ? 0 : 1 })
    case ("i", 1): return .int64(words(Int8.self).map { Int64($0) })
    case ("i", 2): return .int64(words(Int16.self).map { Int64($0) })
    case ("i", 4): return .int64(words(Int32.self).map { Int64($0) })
    case ("i", _): return .int64(words(Int64.self))
    case ("u", 2): return .int64(words(UInt16.self).map { Int64($0) })
    case ("u", 4): return .int64(words(UInt32.self).map { Int64($0) })
    default:
      return .int64(
        try words(UInt64.self).map { word in
          guard let value = Int64(exactly: word) else {
            throw DataError("it holds the integer \(word), which is beyond 2⁶³", file: file, remedy: "save array.astype('float64')")
          }
          return value
        })
    }
  }

  /// Returns the bytes of a file of version 1.0.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8]
    switch elements {
    case .float32(let values):
      bytes = NPYHeader.encoded("<f4", shape: shape)
      bytes.reserveCapacity(bytes.count + 4 * values.count)
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    case .float64(let values):
      bytes = NPYHeader.encoded("<f8", shape: shape)
      bytes.reserveCapacity(bytes.count + 8 * values.count)
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    case .uint8(let values): bytes = NPYHeader.encoded("|u1", shape: shape) + values
    case .int64(let values):
      bytes = NPYHeader.encoded("<i8", shape: shape)
      bytes.reserveCapacity(bytes.count + 8 * values.count)
      for value in values { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
    }
    return bytes
  }

  /// Writes a file of version 1.0; the old file stays until the new one is whole.
  public func write(to path: String) throws {
    try FileBytes.write(encoded(), to: path)
  }
}
