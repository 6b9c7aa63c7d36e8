/// The records of a file of separated values, one at a time: what spreadsheets, pandas and `numpy.savetxt` write.
///
/// - The text is UTF-8, or UTF-16 with a byte-order mark; a mark is not part of the first field.
/// - The first line says what separates fields: a tab where it has one, else a semicolon, else a comma; else blanks, where all between them are
///   numbers. Blanks around a field are no part of it.
/// - A field in double quotes may hold separators and line breaks, and quotes as two of them. Numbers in quotes are numbers.
/// - Where tabs or semicolons separate, a number may have a decimal comma.
/// - Empty lines, and lines that begin with `#`, are left out.
/// - The first record is a header where no field of it is a number and not all are empty. One that counts three columns or more, 0, 1, 2 and so
///   on, may be either, and is refused.
public struct CSVRecords {
  /// The names of the columns; empty where there is no header. A name may be empty.
  public private(set) var header: [String] = []
  /// The line that the current record begins at, counted from 1.
  public private(set) var line = 0
  /// How many fields the current record has.
  public var count: Int { fields.count }

  private let bytes: [UInt8]
  private let file: String
  private var separator = UInt8(ascii: ",")
  private var place = 0
  private var nextLine = 1
  private var fields: [Field] = []
  private var isPending = false

  private struct Field {
    var range: Range<Int>
    /// Whether it holds quotes as two of them.
    var isEscaped = false
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: ``DataError`` where it cannot be read, or is no text.
  public init(reading path: String, limits: ReadingLimits = .standard) throws {
    try self.init(try FileBytes.read(path, limits: limits), file: path)
  }

  /// The records of `bytes`; `file` is the name that errors give.
  public init(_ bytes: [UInt8], file: String = "") throws {
    self.file = file
    // A number takes two bytes of text at least, and four in memory.
    try ReadingLimits.standard.requireBytes(bytes.count, 3, file: file)
    self.bytes = try CSVText.decoded(bytes, file: file)
    separator = CSVText.separator(of: self.bytes)
    guard try next() else { return }
    let isHeader = !fields.indices.contains { CSVText.number(self.bytes[fields[$0].range], hasDecimalComma: hasDecimalComma) != nil }
    if isHeader, fields.contains(where: { !$0.range.isEmpty }) {
      header = fields.indices.map { text($0) }
    } else {
      isPending = true
      let isCount = fields.indices.allSatisfy { text($0) == "\($0)" }
      guard fields.count < 3 || !isCount else {
        throw DataError(
          "line \(line) counts its columns, 0 to \(fields.count - 1): it may be a header without names, or a row", file: file,
          remedy: "leave it out, as in table.to_csv(path, header=False), or give the columns names")
      }
    }
  }

  /// Goes on to the next record.
  ///
  /// - Returns: whether there is one.
  /// - Throws: ``DataError`` where a quote is not closed, or something follows it.
  public mutating func next() throws -> Bool {
    if isPending {
      isPending = false
      return true
    }
    while skipsLine() {}
    guard place < bytes.count else { return false }
    line = nextLine
    fields.removeAll(keepingCapacity: true)
    while true {
      skipBlanks()
      fields.append(try field())
      if separator == 0x20 { skipBlanks() }
      guard place < bytes.count else { return true }
      if bytes[place] == 0x0A || bytes[place] == 0x0D {
        endLine()
        return true
      }
      if separator != 0x20 { place += 1 }
    }
  }

  /// Field `index` of the current record as text.
  public func text(_ index: Int) -> String {
    let text = String(decoding: bytes[fields[index].range], as: UTF8.self)
    return fields[index].isEscaped ? text.replacing("\"\"", with: "\"") : text
  }

  /// Field `index` of the current record as a number.
  ///
  /// - Parameter allowsNonFinite: whether `nan`, `inf` and `-inf` are numbers.
  /// - Throws: ``DataError`` with line and field where it is empty, or no number.
  public func number(_ index: Int, allowsNonFinite: Bool = false) throws -> Float {
    let range = fields[index].range
    guard let value = CSVText.number(bytes[range], hasDecimalComma: hasDecimalComma) else {
      throw DataError(
        "field \(index + 1) of line \(line) is \(range.isEmpty ? "empty" : "'\(shortened(index))'"), not a number", file: file,
        remedy: range.isEmpty
          ? "fill it in, or leave the line out"
          : "write numbers with a decimal point, such as 0.25 or 1e-3, and names in the first line only")
    }
    guard allowsNonFinite || value.isFinite else {
      throw DataError("field \(index + 1) of line \(line) is '\(shortened(index))'", file: file, remedy: "leave out lines without a number")
    }
    return value
  }

  private func shortened(_ index: Int) -> String {
    let text = text(index)
    return text.count > 40 ? text.prefix(40) + "…" : text
  }

  private var hasDecimalComma: Bool { separator == 0x09 || separator == UInt8(ascii: ";") }

  private mutating func skipBlanks() {
    while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 && separator != 0x09 { place += 1 }
  }

  /// Whether a line without a record was passed over: an empty one, or a comment.
  private mutating func skipsLine() -> Bool {
    let start = place
    skipBlanks()
    guard place < bytes.count else { return false }
    switch bytes[place] {
    case 0x0A, 0x0D: break
    case UInt8(ascii: "#"):
      while place < bytes.count, bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
      guard place < bytes.count else { return false }
    default:
      place = start
      return false
    }
    endLine()
    return true
  }

  private mutating func endLine() {
    if bytes[place] == 0x0D, place + 1 < bytes.count, bytes[place + 1] == 0x0A { place += 1 }
    place += 1
    nextLine += 1
  }

  /// The field at `place`, which is left at the separator or line break behind it.
  private mutating func field() throws -> Field {
    guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
      let start = place
      while place < bytes.count, bytes[place] != separator, bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
      var end = place
      while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
      return Field(range: start..<end)
    }
    place += 1
    var field = Field(range: place..<place)
    while true {
      guard place < bytes.count else {
        throw DataError("the quote in line \(line) is not closed", file: file, remedy: "close it, or leave quotes out")
      }
      switch bytes[place] {
      case UInt8(ascii: "\""):
        if place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\"") {
          field.isEscaped = true
          place += 2
          continue
        }
        field.range = field.range.lowerBound..<place
        place += 1
        skipBlanks()
        guard place == bytes.count || bytes[place] == separator || bytes[place] == 0x0A || bytes[place] == 0x0D || separator == 0x20 else {
          throw DataError(
            "text follows the quoted field \(fields.count + 1) of line \(line)", file: file,
            remedy: "quote the whole field, or nothing of it")
        }
        return field
      case 0x0D:
        if place + 1 < bytes.count, bytes[place + 1] == 0x0A { place += 1 }
        nextLine += 1
      case 0x0A: nextLine += 1
      default: break
      }
      place += 1
    }
  }
}
