/// What the bytes of a file of separated values are taken for.
enum CSVText {
  /// The text in UTF-8 and without a byte-order mark.
  ///
  /// - Throws: ``DataError`` where the bytes are no text in UTF-8, or in UTF-16 with a mark.
  static func decoded(_ bytes: [UInt8], file: String) throws -> [UInt8] {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      guard bytes.count.isMultiple(of: 2) else {
        throw DataError("it is cut short: it is in UTF-16, but has an odd number of bytes", file: file, remedy: "save it again, as UTF-8")
      }
      let low = bytes[0] == 0xFF ? 0 : 1
      let units = (1..<bytes.count / 2).lazy.map { UInt16(bytes[2 * $0 + low]) | UInt16(bytes[2 * $0 + 1 - low]) << 8 }
      return Array(String(decoding: units, as: UTF16.self).utf8)
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if let zero = text.firstIndex(of: 0) {
      throw DataError(
        "line \(line(zero, text)) holds a zero byte: it is no text, or in UTF-16 without a byte-order mark", file: file,
        remedy: "save it as UTF-8")
    }
    if text.contains(where: { $0 >= 0x80 }), String(validating: text, as: UTF8.self) == nil {
      throw DataError(
        "line \(line(firstInvalid(text), text)) is not in UTF-8", file: file, remedy: "save it as UTF-8")
    }
    return text
  }

  /// What separates the fields of the first record: a tab, a semicolon, a comma or a blank.
  static func separator(of text: [UInt8]) -> UInt8 {
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
      let line = text[start..<end]
      let content = line.drop { $0 == 0x20 || $0 == 0x09 }
      guard content.isEmpty || content.first == UInt8(ascii: "#") else {
        // Blanks at its ends separate nothing.
        return separator(ofLine: content[..<((content.lastIndex { $0 != 0x20 && $0 != 0x09 } ?? content.startIndex) + 1)])
      }
      start = end + 1
    }
    return UInt8(ascii: ",")
  }

  private static func separator(ofLine line: ArraySlice<UInt8>) -> UInt8 {
    var isQuoted = false
    var (hasTab, hasSemicolon, hasComma) = (false, false, false)
    for byte in line {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard !isQuoted else { continue }
      hasTab = hasTab || byte == 0x09
      hasSemicolon = hasSemicolon || byte == UInt8(ascii: ";")
      hasComma = hasComma || byte == UInt8(ascii: ",")
    }
    if hasTab { return 0x09 }
    if hasSemicolon { return UInt8(ascii: ";") }
    if hasComma { return UInt8(ascii: ",") }
    let parts = line.split(separator: 0x20)
    return parts.count > 1 && parts.allSatisfy { number($0, hasDecimalComma: false) != nil } ? 0x20 : UInt8(ascii: ",")
  }

  /// The number that `field` writes in decimal, or `nan`, `inf` or `infinity`; `nil` where it writes none.
  static func number(_ field: ArraySlice<UInt8>, hasDecimalComma: Bool) -> Float? {
    // A number beyond float32's range is infinite. Digits beyond 400 decide nothing that a float32 shows, but no such field is a number.
    guard !field.isEmpty, field.count <= 400 else { return nil }
    var commas = 0
    for byte in field {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"),
        UInt8(ascii: "E"):
        break
      case UInt8(ascii: ",") where hasDecimalComma: commas += 1
      default: return word(field)
      }
    }
    guard commas > 0 else { return Float(String(decoding: field, as: UTF8.self)) }
    guard commas == 1, !field.contains(UInt8(ascii: ".")) else { return nil }
    return Float(String(decoding: field.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }, as: UTF8.self))
  }

  private static func word(_ field: ArraySlice<UInt8>) -> Float? {
    guard field.count <= 9 else { return nil }
    let word = String(decoding: field, as: UTF8.self).lowercased()
    let isNegative = word.hasPrefix("-")
    switch isNegative || word.hasPrefix("+") ? word.dropFirst() : word[...] {
    case "nan": return .nan
    case "inf", "infinity": return isNegative ? -.infinity : .infinity
    default: return nil
    }
  }

  /// The line of the byte at `place`, counted from 1.
  private static func line(_ place: Int, _ text: [UInt8]) -> Int { text[..<place].count { $0 == 0x0A } + 1 }

  /// The first byte that is no part of a character.
  private static func firstInvalid(_ text: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = text.makeIterator()
    var valid = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): valid += UTF8.width(scalar)
      case .emptyInput, .error: return min(valid, max(text.count - 1, 0))
      }
    }
  }
}
