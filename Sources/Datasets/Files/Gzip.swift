import CZlib

/// Reading of gzip files (RFC 1952) by zlib, never further than the caller has room for.
enum Gzip {
  /// What came out of a gzip file.
  struct Output {
    /// The first bytes, at most as many as were asked for.
    var bytes: [UInt8]
    /// Whether these are all, and the checksum agreed.
    var isComplete: Bool
  }

  /// Whether the bytes start as gzip files do.
  static func isGzip(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
  }

  /// Returns the first `limit` bytes of what `bytes` expand to, or fewer where the file ends before.
  ///
  /// Throws where the bytes are no gzip file, are damaged, or are followed by something else.
  static func inflated(_ bytes: [UInt8], limit: Int, file: String) throws -> Output {
    guard isGzip(bytes) else {
      throw DataError(
        "its name ends in .gz, but it does not start with gzip's magic bytes 1f 8b", file: file,
        remedy: "remove the ending .gz if it is not compressed, or fetch the file again")
    }
    guard bytes.count <= Int(UInt32.max), limit <= Int(UInt32.max) else {
      throw DataError(
        "it is larger than the 4 GiB that are read at once", file: file, remedy: "decompress it, or split it")
    }
    var stream = z_stream()
    let started = inflateInit2_(&stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else {
      throw DataError("zlib cannot start (code \(started))", file: file, remedy: "check that memory is free")
    }
    defer { inflateEnd(&stream) }

    var input = bytes
    var status = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      input.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(limit)
        status = inflate(&stream, Z_FINISH)
      }
      count = limit - Int(stream.avail_out)
    }
    switch status {
    case Z_STREAM_END:
      guard stream.avail_in == 0 else {
        throw DataError(
          "\(stream.avail_in) bytes follow the end of the compressed data", file: file, remedy: "fetch the file again")
      }
      return Output(bytes: output, isComplete: true)
    case Z_OK, Z_BUF_ERROR:
      // Out of room, or out of input: the caller can tell by the count.
      return Output(bytes: output, isComplete: false)
    default:
      throw DataError(
        "the compressed data are damaged (zlib's code \(status))", file: file, remedy: "fetch the file again")
    }
  }
}
