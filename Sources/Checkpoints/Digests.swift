import CDigest

/// A running SHA-256 (FIPS 180-4).
struct SHA256 {
  private var context = cdigest_sha256()

  /// Begins; `portable` keeps to portable C, for comparing it with the processor's instructions.
  init(portable: Bool = false) { cdigest_sha256_begin(&context, portable) }

  /// Continues over `bytes`.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    cdigest_sha256_update(&context, bytes.baseAddress, bytes.count)
  }

  /// The 32 bytes of the digest; further use of this value is meaningless.
  mutating func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      cdigest_sha256_finish(&context, buffer.baseAddress)
      count = 32
    }
  }

  /// The digest of `bytes`.
  static func digest(_ bytes: UnsafeRawBufferPointer, portable: Bool = false) -> [UInt8] {
    var running = SHA256(portable: portable)
    running.update(bytes)
    return running.finish()
  }
}

/// The CRC-32C (RFC 3720, appendix B.4) of `bytes`, continuing `start`.
func crc32c(_ bytes: UnsafeRawBufferPointer, from start: UInt32 = 0, portable: Bool = false) -> UInt32 {
  cdigest_crc32c(start, bytes.baseAddress, bytes.count, portable)
}

/// `bytes` as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
