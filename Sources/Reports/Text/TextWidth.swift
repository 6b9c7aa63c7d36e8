/// How wide text is where every character has its own cell: in terminals and monospaced fonts.
enum TextWidth {
  /// The number of cells that `text` takes: 2 for East Asian wide characters and emoji, 0 for combining marks.
  static func columns(_ text: String) -> Int {
    text.reduce(0) { $0 + columns($1) }
  }

  /// The number of cells of one character: that of its widest scalar.
  private static func columns(_ character: Character) -> Int {
    if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    return character.unicodeScalars.reduce(0) { max($0, columns($1)) }
  }

  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return scalar.value < 32 || scalar.value == 127 ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// The blocks of wide and full-width characters (Unicode Standard Annex 11).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  /// The most pixels that `text` takes in a sans-serif font of `size` pixels: a generous estimate, so that labels never overlap.
  static func pixels(_ text: String, size: Double = 12) -> Double {
    Double(columns(text)) * size * 0.6
  }

  /// `text` cut to fit `limit` pixels, an ellipsis at its end where something was cut.
  static func fitted(_ text: String, limit: Double, size: Double = 12) -> String {
    guard pixels(text, size: size) > limit else { return text }
    var kept = text
    while !kept.isEmpty && pixels(kept + "…", size: size) > limit { kept.removeLast() }
    return kept + "…"
  }
}
