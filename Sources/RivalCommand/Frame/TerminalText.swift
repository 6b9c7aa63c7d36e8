/// Text that came from a file, a name or an error, as it may be shown: no character of it commands the terminal, and no line of it is endless.
enum TerminalText {
  /// Characters of a line that are shown; of longer ones the middle is left out.
  static let longestLine = 4_000
  /// Lines that are shown; of more, the middle ones are left out.
  static let mostLines = 5_000

  /// The text with control characters written out (`\u{1B}`), long lines and many lines shortened. Line breaks and tabs stay.
  static func shown(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.count > mostLines {
      let half = mostLines / 2
      let left = lines.count - 2 * half
      lines = lines.prefix(half) + [Substring("… (\(left) lines left out) …")] + lines.suffix(half)
    }
    return lines.map { shownLine($0) }.joined(separator: "\n")
  }

  private static func shownLine(_ line: Substring) -> String {
    let scalars = line.unicodeScalars
    let count = scalars.count
    guard count > longestLine else { return escaped(line) { "\\u{\(hexadecimal($0))}" } }
    let half = longestLine / 2
    let start = scalars.index(scalars.startIndex, offsetBy: half)
    let end = scalars.index(scalars.endIndex, offsetBy: -half)
    return shownLine(line[..<start]) + "… (\(count - 2 * half) characters left out) …" + shownLine(line[end...])
  }

  /// A JSON document with the control characters inside its strings written out, as JSON writes them.
  static func shown(json: String) -> String {
    escaped(json[...], keeping: ["\n", "\t", "\r"]) { scalar in
      "\\u" + String(repeating: "0", count: max(4 - hexadecimal(scalar).count, 0)) + hexadecimal(scalar)
    }
  }

  private static func escaped(
    _ text: Substring, keeping kept: Set<Unicode.Scalar> = ["\t"], _ written: (Unicode.Scalar) -> String
  ) -> String {
    guard text.unicodeScalars.contains(where: { commands($0) && !kept.contains($0) }) else { return String(text) }
    var result = ""
    for scalar in text.unicodeScalars {
      if commands(scalar), !kept.contains(scalar) { result += written(scalar) } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// Whether a terminal takes a character for more than a sign: control characters (C0, DEL, C1), breaks of lines, and marks that turn the
  /// direction of writing.
  private static func commands(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0xFEFF: true
    default: false
    }
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String { String(scalar.value, radix: 16, uppercase: true) }
}
