/// A 128-bit digest of bytes: two independent 64-bit lanes that absorb eight bytes at a time.
///
/// It tells accidentally different data apart (other files, another scale, another order) and gives the same digits on every
/// machine. It is not meant against somebody who forges data on purpose.
///
/// ```swift
/// var digest = ContentDigest()
/// digest.absorb(values)
/// let fingerprint = digest.hexadecimal
/// ```
public struct ContentDigest: Sendable {
  private var first: UInt64 = 0xCBF2_9CE4_8422_2325
  private var second: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var length: UInt64 = 0

  /// The digest of nothing yet.
  public init() {}

  /// The digest of all that was absorbed, as 32 lower-case hexadecimal digits.
  public var hexadecimal: String {
    let high = Self.mixed(first ^ length)
    let low = Self.mixed(second &+ length &+ high)
    return Self.digits(high) + Self.digits(low)
  }

  /// Absorbs one word.
  public mutating func absorb(_ word: UInt64) {
    first = (first ^ word) &* 0x0000_0100_0000_01B3
    first ^= first >> 29
    second = (second &+ word) &* 0xBF58_476D_1CE4_E5B9
    second = (second << 27) | (second >> 37)
    length &+= 8
  }

  /// Absorbs an integer, of either sign.
  public mutating func absorb(_ value: Int) {
    absorb(UInt64(bitPattern: Int64(value)))
  }

  /// Absorbs the bit pattern of each number.
  public mutating func absorb(_ values: [Float]) {
    absorb(values.count)
    for value in values { absorb(UInt64(value.bitPattern)) }
  }

  /// Absorbs bytes, little endian, the last word padded by zeros, and then their count.
  public mutating func absorb(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { raw in
      let words = raw.count / 8
      for index in 0..<words {
        absorb(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)))
      }
      var tail: UInt64 = 0
      for index in (words * 8)..<raw.count { tail |= UInt64(raw[index]) << UInt64(8 * (index % 8)) }
      absorb(tail)
    }
    absorb(bytes.count)
  }

  /// Absorbs the UTF-8 bytes of a text.
  public mutating func absorb(_ text: String) {
    absorb(Array(text.utf8))
  }

  /// The digest of a text: what a distribution's fields are reduced to.
  public static func hexadecimal(of text: String) -> String {
    var digest = ContentDigest()
    digest.absorb(text)
    return digest.hexadecimal
  }

  private static func digits(_ word: UInt64) -> String {
    let text = String(word, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// SplitMix64's finalizer (Steele, Lea and Flood 2014).
  private static func mixed(_ input: UInt64) -> UInt64 {
    var z = input
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
