/// A 64-bit key that names one stream of random numbers.
///
/// Keys are derived by name, never by the order of calls: `Key(seed: 7).derived("latent")` is the same stream in every run, and
/// asking for another stream shifts nobody's draws. Element `e` of a stream at step `s` is word `e % 4` of Philox with the
/// counter `(e / 4, s)`; tensors' `randomUniform` and `randomNormal` draw the same numbers.
public struct Key: Hashable, Sendable, Codable {
  public let value: UInt64

  public init(value: UInt64) {
    self.value = value
  }

  /// The root key of a run's seed.
  public init(seed: UInt64) {
    self.value = Key.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
  }

  /// The key of the sub-stream `name`: a fixed hash (FNV-1a, then SplitMix64's finalizer), the same in every process.
  public func derived(_ name: String) -> Key {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    return child(Key.mixed(hash))
  }

  /// The key of the numbered sub-stream `index`.
  public func derived(_ index: Int) -> Key {
    child(Key.mixed(UInt64(bitPattern: Int64(index)) &+ 0xD1B5_4A32_D192_ED03))
  }

  private func child(_ word: UInt64) -> Key {
    let child = stepped(word)
    KeyDerivations.note(child, of: self, word)
    return child
  }

  /// The key of the sub-stream whose name is hashed to `word`.
  func stepped(_ word: UInt64) -> Key { Key(value: Key.mixed(value ^ word)) }

  /// Returns 32 random bits: element `element` of this stream at `step`.
  public func bits(element: Int, step: Int = 0) -> UInt32 {
    let block = UInt64(element) / 4
    let words = Philox.words(
      counter: (
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
        UInt32(truncatingIfNeeded: step), 0
      ),
      key: (UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)))
    switch element % 4 {
    case 0: return words.0
    case 1: return words.1
    case 2: return words.2
    default: return words.3
    }
  }

  /// Returns a number in [0, 1): the upper 24 bits of ``bits(element:step:)``.
  public func uniform(element: Int, step: Int = 0) -> Float {
    Float(bits(element: element, step: step) >> 8) * 0x1p-24
  }

  /// Returns an integer in `0..<bound`, by multiplication (Lemire 2019, without rejection: bias below 2⁻³² · bound).
  public func integer(below bound: Int, element: Int, step: Int = 0) -> Int {
    Int((UInt64(bits(element: element, step: step)) * UInt64(bound)) >> 32)
  }

  /// SplitMix64's finalizer (Steele, Lea and Flood 2014).
  private static func mixed(_ input: UInt64) -> UInt64 {
    var z = input
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
