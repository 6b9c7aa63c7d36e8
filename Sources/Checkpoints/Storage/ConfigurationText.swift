/// The bounds on a JSON text that are cheap to check before any parser sees it.
enum ConfigurationText {
  /// What is wrong with a text, or `nil`: empty, too long, with NUL, or brackets too deep or unbalanced.
  static func problem(with text: some Collection<UInt8>) -> String? {
    guard !text.isEmpty else { return "is empty; a configuration is JSON" }
    guard text.count <= CheckpointLimits.configurationBytes else {
      return "has \(text.count) bytes; at most \(CheckpointLimits.configurationBytes) fit"
    }
    var depth = 0
    var quoted = false
    var escaped = false
    for byte in text {
      if byte == 0 { return "has a NUL byte, which JSON never has" }
      if quoted {
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == UInt8(ascii: "\"") {
          quoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): quoted = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > CheckpointLimits.configurationDepth {
          return "nests deeper than \(CheckpointLimits.configurationDepth) brackets"
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth < 0 { return "closes a bracket that it did not open" }
      default: break
      }
    }
    return depth == 0 && !quoted ? nil : "ends before its last bracket or quote is closed"
  }
}
