/// A stream of random numbers that a seed names: SplitMix64 (Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Changes of files, as damage and malice make them.
enum Mutation {
  /// A file made of `seeds` by one to four changes.
  static func mutated(_ seeds: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = seeds.randomElement(using: &random) ?? []
    for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes, seeds, &random) }
    return Array(bytes.prefix(1 << 20))
  }

  /// Sizes and counts that are hard to be right about.
  private static let words: [UInt64] = [
    0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 1 << 40,
    UInt64(Int64.max), 1 << 63, .max,
  ]

  private static func change(_ bytes: inout [UInt8], _ seeds: [[UInt8]], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else {
      bytes = [UInt8.random(in: 0...255, using: &random)]
      return
    }
    // Most of what decides stands in front.
    let end = Bool.random(using: &random) ? bytes.count : min(bytes.count, 64)
    let place = Int.random(in: 0..<end, using: &random)
    let length = min(bytes.count - place, 1 << Int.random(in: 0...8, using: &random))
    switch Int.random(in: 0..<10, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF, 0x20, 0x2C, 0x22, 0x0A].randomElement(using: &random) ?? 0
    case 3, 4:
      let word = words.randomElement(using: &random) ?? 0
      let size = [2, 4, 8].randomElement(using: &random) ?? 4
      let isBig = Bool.random(using: &random)
      for index in 0..<min(size, bytes.count - place) {
        bytes[place + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * (isBig ? size - 1 - index : index)))
      }
    case 5: bytes.removeSubrange(place..<place + length)
    case 6: bytes.insert(contentsOf: bytes[place..<place + length], at: Int.random(in: 0...bytes.count, using: &random))
    case 7: bytes.removeSubrange(place...)
    case 8:
      // The rest of another file.
      let other = seeds.randomElement(using: &random) ?? []
      bytes = Array(bytes[..<place]) + other.dropFirst(place)
    default: bytes.insert(contentsOf: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, at: place)
    }
  }
}
