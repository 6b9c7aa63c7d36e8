/// The extents that a PNG file's header gives.
struct PNGSize {
  let width: Int
  let height: Int

  /// Reads the header chunk; `nil` where the bytes are too few.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 24 else { return nil }
    func word(_ start: Int) -> Int { bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } }
    width = word(16)
    height = word(20)
  }
}
