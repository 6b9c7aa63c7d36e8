/// A table of text with aligned columns: for terminals, for Markdown and for HTML.
///
/// ```swift
/// var table = TextTable([.left("variant"), .right("modes")])
/// table.append(["baseline", "3.2 ± 0.8"])
/// print(table.text)
/// ```
public struct TextTable: Sendable, Equatable {
  /// A column's title and alignment.
  public struct Column: Sendable, Equatable {
    /// The title, on one line.
    public var title: String
    /// Whether cells end, rather than start, together: for numbers.
    public var isRightAligned: Bool

    /// A column of text.
    public static func left(_ title: String) -> Column { Column(title: title, isRightAligned: false) }
    /// A column of numbers.
    public static func right(_ title: String) -> Column { Column(title: title, isRightAligned: true) }
  }

  /// The columns, from left to right.
  public let columns: [Column]
  /// The rows, each with one cell for every column.
  public private(set) var rows: [[String]]

  /// Creates a table; every row must have one cell for every column.
  public init(_ columns: [Column], rows: [[String]] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "every row needs \(columns.count) cells")
    self.columns = columns
    self.rows = rows
  }

  /// Adds a row, which must have one cell for every column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "the row has \(row.count) cells, but the table \(columns.count) columns")
    rows.append(row)
  }

  /// The table for a terminal: a rule under the titles, two spaces between columns, no space at the ends of lines.
  public var text: String {
    let widths = widths
    let lines =
      [columns.map(\.title), widths.map { String(repeating: "─", count: $0) }] + rows.map { $0.map(Self.flat) }
    return lines.map { line in
      let cells = zip(line, zip(widths, columns)).map { Self.padded($0, width: $1.0, right: $1.1.isRightAligned) }
      return Self.trimmed(cells.joined(separator: "  ")) + "\n"
    }.joined()
  }

  /// The table in Markdown, its columns aligned in the source too.
  public var markdown: String {
    let titles = columns.map { Self.markdownCell($0.title) }
    let cells = rows.map { $0.map(Self.markdownCell) }
    let widths = columns.indices.map { column in
      ([titles] + cells).reduce(3) { max($0, TextWidth.columns($1[column])) }
    }
    let rule = zip(columns, widths).map { column, width in
      column.isRightAligned ? String(repeating: "-", count: width - 1) + ":" : String(repeating: "-", count: width)
    }
    return ([titles, rule] + cells).map { line in
      let padded = zip(line, zip(widths, columns)).map { Self.padded($0, width: $1.0, right: $1.1.isRightAligned) }
      return "| " + padded.joined(separator: " | ") + " |\n"
    }.joined()
  }

  /// The table as an HTML element.
  public var html: String { html(links: []) }

  /// The table as an HTML element, in which the first cell of each row leads to the address at its place in `links`, where there is one.
  public func html(links: [String]) -> String {
    func row(_ cells: [String], tag: String, link: String = "") -> String {
      let content = zip(cells, columns).enumerated().map { place, cell in
        let scope = tag == "th" ? " scope=\"col\"" : ""
        let alignment = cell.1.isRightAligned ? " class=\"number\"" : ""
        let text = HTMLText.escaped(cell.0)
        let shown = place == 0 && !link.isEmpty ? "<a href=\"\(HTMLText.escaped(link))\">\(text)</a>" : text
        return "<\(tag)\(scope)\(alignment)>\(shown)</\(tag)>"
      }
      return "<tr>\(content.joined())</tr>\n"
    }
    return "<table>\n<thead>\n\(row(columns.map(\.title), tag: "th"))</thead>\n<tbody>\n"
      + rows.enumerated().map { row($1, tag: "td", link: $0 < links.count ? links[$0] : "") }.joined() + "</tbody>\n</table>\n"
  }

  /// The width of each column: that of its widest cell.
  private var widths: [Int] {
    columns.indices.map { column in
      rows.reduce(TextWidth.columns(columns[column].title)) { max($0, TextWidth.columns(Self.flat($1[column]))) }
    }
  }

  /// A cell on one line.
  private static func flat(_ cell: String) -> String {
    String(cell.map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }

  private static func markdownCell(_ cell: String) -> String {
    flat(cell).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  private static func padded(_ cell: String, width: Int, right: Bool) -> String {
    let padding = String(repeating: " ", count: max(0, width - TextWidth.columns(cell)))
    return right ? padding + cell : cell + padding
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }
}
