/// A matrix of numbers as comma-separated values: what spreadsheets, pandas and `numpy.loadtxt` read.
///
/// ``CSVRecords`` has the rules of reading. Numbers are written with the fewest digits that read back as the same float32.
public struct CSVFile: Sendable, Equatable {
  /// The names of the columns; empty where the file has no header.
  public let header: [String]
  /// How many numbers a row has, at least 1.
  public let columns: Int
  /// The numbers, row by row.
  public let values: [Float]

  /// How many rows of numbers there are.
  public var rows: Int { values.count / columns }

  /// Takes whole rows of `columns` numbers, and as many names or none; throws where the counts do not fit.
  public init(_ values: [Float], columns: Int, header: [String] = []) throws {
    guard columns > 0, values.count.isMultiple(of: columns), header.isEmpty || header.count == columns else {
      throw DataError(
        "\(values.count) numbers and \(header.count) names do not make rows of \(columns)",
        remedy: "pass rows × columns numbers, and one name for each column or none")
    }
    self.values = values
    self.columns = columns
    self.header = header
  }

  /// Reads the file at `path`, by the rules of ``CSVRecords``.
  ///
  /// - Parameter allowsNonFinite: whether `nan`, `inf` and `-inf` are numbers; `false` by default.
  /// - Throws: ``DataError`` with line and field where one is empty or no number, where lines differ in their number of fields, or where a
  ///   header leaves a column without a name.
  public init(reading path: String, allowsNonFinite: Bool = false, limits: ReadingLimits = .standard) throws {
    try self.init(CSVRecords(reading: path, limits: limits), file: path, allowsNonFinite)
  }

  /// Parses text, as ``init(reading:allowsNonFinite:limits:)`` does a file; `file` is the name that errors give.
  public init(parsing text: String, file: String = "", allowsNonFinite: Bool = false) throws {
    try self.init(CSVRecords(Array(text.utf8), file: file), file: file, allowsNonFinite)
  }

  private init(_ source: CSVRecords, file: String, _ allowsNonFinite: Bool) throws {
    var records = source
    var columns = records.header.count
    if let place = records.header.firstIndex(of: "") {
      throw DataError(
        "column \(place + 1) has no name" + (place == 0 ? ", as an index of rows has none" : ""), file: file,
        remedy: place == 0 ? "leave the index out, as in table.to_csv(path, index=False), or name it" : "name it, or leave it out")
    }
    var values: [Float] = []
    while try records.next() {
      if columns == 0 { columns = records.count }
      guard records.count == columns else {
        throw DataError(
          "line \(records.line) has \(records.count) fields, but the lines before have \(columns)", file: file,
          remedy: "give every line the same number of fields, separated by commas, semicolons or tabs")
      }
      for index in 0..<columns { values.append(try records.number(index, allowsNonFinite: allowsNonFinite)) }
    }
    guard columns > 0 else {
      throw DataError("it holds no lines", file: file, remedy: "write at least one row of numbers")
    }
    try self.init(values, columns: columns, header: records.header)
  }

  /// The file's text, with a line break after every line.
  public func encoded() -> String {
    let names = header.map { name in
      name.contains { $0 == "," || $0 == "\"" || $0 == ";" || $0.isNewline } ? "\"\(name.replacing("\"", with: "\"\""))\"" : name
    }
    var text = names.isEmpty ? "" : names.joined(separator: ",") + "\n"
    for row in 0..<rows {
      let line = values[(row * columns)..<((row + 1) * columns)].map(\.description)
      text += line.joined(separator: ",") + "\n"
    }
    return text
  }

  /// Writes the file; the old file stays until the new one is whole.
  public func write(to path: String) throws {
    try FileBytes.write(Array(encoded().utf8), to: path)
  }
}
