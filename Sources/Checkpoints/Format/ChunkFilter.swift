import CZlib

/// A filter that chunks went through when they were written.
struct ChunkFilter {
  /// The filters that are undone here.
  enum Kind: Int {
    case deflate = 1
    case shuffle = 2
    case fletcher32 = 3
  }

  /// Its number in the registry of filters.
  let number: Int
  /// Its settings.
  let settings: [Int]

  var kind: Kind? { Kind(rawValue: number) }

  /// Reads the message that lists the filters, in the order in which they were applied.
  static func list(_ body: ByteReader) throws -> [ChunkFilter] {
    var reader = body
    let version = try reader.integer(1)
    let count = try reader.integer(1)
    guard version == 1 || version == 2, count <= 32 else { throw body.damaged("filters have version \(version) and are \(count)") }
    if version == 1 { try reader.skip(6) }
    return try (0..<count).map { _ in
      let number = try reader.integer(2)
      let nameLength = try version == 1 || number >= 256 ? reader.integer(2) : 0
      try reader.skip(2)
      let settings = try reader.integer(2)
      try reader.skip(version == 1 ? (nameLength + 7) & ~7 : nameLength)
      let values = try (0..<settings).map { _ in try reader.integer(4) }
      if version == 1, settings % 2 == 1 { try reader.skip(4) }
      return ChunkFilter(number: number, settings: values)
    }
  }

  /// Undoes `filters`, the last first, but for those whose bit in `mask` says that they were left out.
  ///
  /// - Parameter size: the bytes that a chunk must have in the end; never is room made for more than a few beyond it.
  /// - Throws: `CheckpointError` where a checksum is wrong, or what is stored is no chunk of this size.
  static func undo(_ filters: [ChunkFilter], mask: Int, _ stored: ByteReader, size: Int) throws -> [UInt8] {
    var reader = stored
    var bytes = try reader.bytes(stored.left)
    let room = size + 4 * filters.count
    for (index, filter) in filters.enumerated().reversed() where mask >> index & 1 == 0 {
      switch filter.kind {
      case .deflate: bytes = try inflated(bytes, atMost: room)
      case .shuffle: bytes = unshuffled(bytes, elementSize: filter.settings.first ?? 1)
      case .fletcher32: bytes = try withoutChecksum(bytes, start: stored.place)
      case nil: throw failure("it went through the unknown filter \(filter.number)")
      }
    }
    guard bytes.count == size else { throw failure("it has \(bytes.count) bytes where \(size) are wanted") }
    return bytes
  }

  private static func failure(_ problem: String) -> CheckpointError {
    CheckpointError(.damagedContents, "a chunk cannot be read: \(problem)", advice: "Use another copy of the file.")
  }

  private static func inflated(_ bytes: [UInt8], atMost room: Int) throws -> [UInt8] {
    guard bytes.count < 1 << 32, room < 1 << 32 else { throw failure("it has 4 GiB or more") }
    var stream = z_stream()
    guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw failure("zlib could not be started")
    }
    defer { inflateEnd(&stream) }
    var input = bytes
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: room) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(room)
        status = inflate(&stream, Z_FINISH)
        count = room - Int(stream.avail_out)
      }
    }
    guard status == Z_STREAM_END else {
      throw failure(status == Z_BUF_ERROR ? "it is cut short, or holds more than it may" : "it is no deflated data (zlib says \(status))")
    }
    return result
  }

  private static func unshuffled(_ bytes: [UInt8], elementSize size: Int) -> [UInt8] {
    let count = size > 1 ? bytes.count / size : 0
    guard count > 1 else { return bytes }
    return [UInt8](unsafeUninitializedCapacity: bytes.count) { output, filled in
      bytes.withUnsafeBufferPointer { input in
        for byte in 0..<size {
          let plane = byte * count
          for element in 0..<count { output[element * size + byte] = input[plane + element] }
        }
        for index in (count * size)..<bytes.count { output[index] = input[index] }
      }
      filled = bytes.count
    }
  }

  private static func withoutChecksum(_ bytes: [UInt8], start: Int) throws -> [UInt8] {
    guard bytes.count >= 4 else { throw failure("it is shorter than its checksum") }
    let length = bytes.count - 4
    let recorded = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[length + $1]) << UInt32(8 * $1) }
    let actual = bytes.withUnsafeBytes { fletcher32(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
    // Before HDF5 1.6.3 the bytes of each half were swapped.
    let swapped = (actual & 0x00ff_00ff) << 8 | (actual & 0xff00_ff00) >> 8
    guard recorded == actual || recorded == swapped else {
      throw CheckpointError.checksum(recorded: recorded, at: start + length, computed: actual, start: start)
    }
    return Array(bytes[..<length])
  }
}
