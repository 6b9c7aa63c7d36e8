import Tensors

/// A random order of `0..<count` that is a pure function of a key: any element in constant time, nothing stored.
///
/// A Feistel network of Philox rounds permutes the smallest power of two that is not below `count`; a result outside the range is
/// permuted again until it falls inside (cycle walking; Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002).
/// A Feistel round can be undone whatever its round function, so the map is a bijection for every key and count.
public struct StatelessPermutation: Sendable {
  /// How many elements are permuted, at least 1.
  public let count: Int
  private let key: Key
  private let leftBits: Int
  private let rightBits: Int
  /// Four rounds of each half; Luby and Rackoff (1988) need four rounds in all, small domains deserve more.
  private static let rounds = 8

  /// Creates the permutation of `0..<count` that `key` names.
  public init(count: Int, key: Key) {
    precondition(count > 0, "a permutation needs at least one element")
    self.count = count
    self.key = key
    let bits = Int.bitWidth - (count - 1).leadingZeroBitCount
    leftBits = bits / 2
    rightBits = bits - leftBits
  }

  /// Returns the element at `position` of the order; `position` must be in `0..<count`.
  public func callAsFunction(_ position: Int) -> Int {
    precondition(position >= 0 && position < count, "position \(position) is outside 0..<\(count)")
    var value = position
    repeat {
      value = permuted(value)
    } while value >= count
    return value
  }

  /// One pass of the network over the power of two.
  private func permuted(_ value: Int) -> Int {
    let leftMask = UInt32(truncatingIfNeeded: (1 << leftBits) - 1)
    let rightMask = UInt32(truncatingIfNeeded: (1 << rightBits) - 1)
    var left = UInt32(truncatingIfNeeded: value >> rightBits) & leftMask
    var right = UInt32(truncatingIfNeeded: value) & rightMask
    for round in 0..<Self.rounds {
      if round.isMultiple(of: 2) {
        left ^= key.words(block: Int(right), step: round).0 & leftMask
      } else {
        right ^= key.words(block: Int(left), step: round).0 & rightMask
      }
    }
    return Int(left) << rightBits | Int(right)
  }
}
