/// A matrix of numbers as comma-separated values: what spreadsheets, pandas and `numpy.loadtxt` read.
///
/// Numbers are written with the fewest digits that read back as the same float32.
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
    if let name = header.first(where: { $0.contains { $0 == "," || $0 == "\"" || $0.isNewline } }) {
      throw DataError(
        "the column name '\(name)' holds a comma, a quote or a line break", remedy: "use letters, digits and spaces")
    }
    self.values = values
    self.columns = columns
    self.header = header
  }

  /// Reads the file at `path`.
  public init(reading path: String) throws {
    try self.init(parsing: String(decoding: try FileBytes.read(path), as: UTF8.self), file: path)
  }

  /// Parses text: a header if the first line holds something that is not a number, then rows of equal length.
  public init(parsing text: String, file: String = "") throws {
    var header: [String] = []
    var columns = 0
    var values: [Float] = []
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
      if fields == [""] { continue }
      if columns == 0 {
        columns = fields.count
        if fields.contains(where: { Float($0) == nil }) {
          header = fields
          continue
        }
      }
      guard fields.count == columns else {
        throw DataError(
          "line \(number) has \(fields.count) fields, but the lines before have \(columns)", file: file,
          remedy: "give every line the same number of fields, separated by commas")
      }
      for (index, field) in fields.enumerated() {
        guard let value = Float(field) else {
          throw DataError(
            "field \(index + 1) of line \(number) is '\(field)', not a number", file: file,
            remedy: "write numbers with a decimal point, such as 0.25, 1e-3 or nan")
        }
        values.append(value)
      }
    }
    guard columns > 0 else {
      throw DataError("it holds no lines", file: file, remedy: "write at least one row of numbers")
    }
    try self.init(values, columns: columns, header: header)
  }

  /// The file's text, with a line break after every line.
  public func encoded() -> String {
    var text = header.isEmpty ? "" : header.joined(separator: ",") + "\n"
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

  private static func trimmed(_ field: Substring) -> String {
    let start = field.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
