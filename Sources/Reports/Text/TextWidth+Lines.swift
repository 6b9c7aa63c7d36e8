extension TextWidth {
  /// `text` in lines of at most `limit` pixels, none of it left out: broken behind spaces and the signs that names are joined by, or anywhere
  /// where a part is longer than a line.
  static func lines(_ text: String, limit: Double, size: Double = 12) -> [String] {
    guard pixels(text, size: size) > limit else { return [text] }
    var lines: [String] = []
    var line = ""
    func isFull(_ more: String) -> Bool { pixels(trimmed(line + more), size: size) > limit }
    for part in parts(text) {
      if !line.isEmpty, isFull(part) {
        lines.append(trimmed(line))
        line = ""
      }
      for character in part {
        if !line.isEmpty, isFull(String(character)) {
          lines.append(trimmed(line))
          line = ""
        }
        line.append(character)
      }
    }
    let last = trimmed(line)
    return last.isEmpty ? lines : lines + [last]
  }

  /// The pieces between which a line may end.
  private static func parts(_ text: String) -> [String] {
    var parts = [""]
    for character in text {
      // A plus sign begins the next component; the other signs end a part.
      if character == "+" { parts.append("") }
      parts[parts.count - 1].append(character)
      if " ,:/;".contains(character) { parts.append("") }
    }
    return parts.filter { !$0.isEmpty }
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
