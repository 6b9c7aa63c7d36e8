/// An array in NumPy's `.npy` format: float32, float64 (little endian) or uint8, row major.
///
/// Written as version 1.0, as `numpy.save` does; read from versions 1.0, 2.0 and 3.0.
public struct NPYFile: Sendable, Equatable {
  /// The numbers, in the precision of the file.
  public enum Elements: Sendable, Equatable {
    case float32([Float])
    case float64([Double])
    case uint8([UInt8])

    /// How many numbers there are.
    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .uint8(let values): values.count
      }
    }
  }

  /// The extents; empty for a single number.
  public let shape: [Int]
  /// The numbers, row major.
  public let elements: Elements

  /// The numbers as float32; float64 is rounded, bytes stay as they are, 0…255.
  public var floats: [Float] {
    switch elements {
    case .float32(let values): values
    case .float64(let values): values.map { Float($0) }
    case .uint8(let values): values.map { Float($0) }
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
    let elements: Elements = bytes.withUnsafeBytes { raw in
      switch header.type {
      case .float32:
        .float32(
          (0..<count).map { index in
            let offset = header.length + 4 * index
            return Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
          })
      case .float64:
        .float64(
          (0..<count).map { index in
            let offset = header.length + 8 * index
            return Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
          })
      case .uint8: .uint8(Array(raw[header.length...]))
      }
    }
    try self.init(shape: header.shape, elements: elements)
  }

  /// Returns the bytes of a file of version 1.0.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8]
    switch elements {
    case .float32(let values):
      bytes = NPYHeader.encoded(.float32, shape: shape)
      bytes.reserveCapacity(bytes.count + 4 * values.count)
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    case .float64(let values):
      bytes = NPYHeader.encoded(.float64, shape: shape)
      bytes.reserveCapacity(bytes.count + 8 * values.count)
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    case .uint8(let values): bytes = NPYHeader.encoded(.uint8, shape: shape) + values
    }
    return bytes
  }

  /// Writes a file of version 1.0; the old file stays until the new one is whole.
  public func write(to path: String) throws {
    try FileBytes.write(encoded(), to: path)
  }
}
