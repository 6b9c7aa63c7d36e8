import CZlib

/// A deflate stream that is decompressed piece by piece, by zlib.
final class Inflater {
  /// What the stream is wrapped in: zlib's windowBits.
  enum Format: Int32 {
    /// A gzip file (RFC 1952), whose checksum is compared at its end.
    case gzip = 31
    /// Nothing: a member of a zip file.
    case deflate = -15
    /// zlib's own header and checksum (RFC 1950): a PNG image.
    case zlib = 15
  }

  /// What a step came to.
  enum Status: Equatable {
    /// Give more input, or more room.
    case continues
    /// All is out, and the checksum agreed.
    case ended
    /// zlib's code of what is wrong.
    case damaged(Int32)
  }

  // zlib compares the address of the stream with the one that it was begun at.
  private let stream: UnsafeMutablePointer<z_stream>

  /// - Throws: ``DataError`` where zlib cannot start.
  init(_ format: Format, file: String) throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let started = inflateInit2_(stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else {
      throw DataError("zlib cannot start (code \(started))", file: file, remedy: "check that memory is free")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Begins a new stream.
  func restart() { inflateReset(stream) }

  /// Decompresses from `input` into `output` as far as both reach.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (consumed: Int, produced: Int, status: Status) {
    var empty: UInt8 = 0
    return withUnsafeMutablePointer(to: &empty) { empty in
      let given = min(input.count, Int(UInt32.max))
      let room = min(output.count, Int(UInt32.max))
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)) ?? empty
      stream.pointee.avail_in = UInt32(given)
      stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty
      stream.pointee.avail_out = UInt32(room)
      let code = inflate(stream, Z_NO_FLUSH)
      let (consumed, produced) = (given - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out))
      switch code {
      case Z_STREAM_END: return (consumed, produced, .ended)
      case Z_OK, Z_BUF_ERROR: return (consumed, produced, .continues)
      default: return (consumed, produced, .damaged(code))
      }
    }
  }
}
