/// A legend whose entries each bring their own sample: a marker, a shaded band, a line. Long labels take several lines.
struct SwatchLegend {
  /// One entry.
  struct Entry {
    var label: String
    /// The sample's markup, 28 pixels wide, around the left end and the middle height that it is given.
    var swatch: (_ x: Double, _ y: Double) -> String
  }

  /// The height in pixels; 0 where there are no entries.
  let height: Double
  /// The elements, in the drawing's pixels.
  let svg: String

  /// The width of a sample.
  static let swatchWidth = 28.0
  private static let lineHeight = 15.0

  /// Lays the entries out from `left` to `width`, below `top`, in as many rows as they need; from further left where a label needs the room.
  init(_ entries: [Entry], left: Double, top: Double, width: Double) {
    let entries = entries.filter { !$0.label.isEmpty }
    guard !entries.isEmpty else {
      height = 0
      svg = ""
      return
    }
    let n = NumberText.coordinate
    let widest = entries.reduce(0) { max($0, TextWidth.pixels($1.label)) }
    let left = max(2, min(left, width - widest - Self.swatchWidth - 12))
    var parts = ""
    var x = left
    var top = top
    let start = top
    var lineCount = 1
    for entry in entries {
      let lines = TextWidth.lines(entry.label, limit: width - left - Self.swatchWidth - 12)
      let needed = Self.swatchWidth + 6 + lines.reduce(0) { max($0, TextWidth.pixels($1)) } + 14
      if x > left, x + needed > width + 10 {
        x = left
        top += 5 + Self.lineHeight * Double(lineCount)
        lineCount = 1
      }
      lineCount = max(lineCount, lines.count)
      parts += entry.swatch(x, top + 12)
      for (row, line) in lines.enumerated() {
        let y = top + 16 + Self.lineHeight * Double(row)
        parts += "<text x=\"\(n(x + Self.swatchWidth + 6))\" y=\"\(n(y))\">\(HTMLText.escaped(line))</text>"
      }
      x += needed
    }
    height = top - start + 5 + Self.lineHeight * Double(lineCount) + 8
    svg = parts
  }

  /// An entry for a line of series `index`.
  static func line(_ label: String, index: Int) -> Entry {
    Entry(label: label) { x, y in
      let n = NumberText.coordinate
      let dash = PlotStyle.dash(index)
      return """
        <path class="\(PlotStyle.seriesClass(index))" stroke="currentColor" stroke-width="2.2" fill="none"\
        \(dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"") d="M\(n(x)) \(n(y))h\(n(swatchWidth))"/>
        """
    }
  }
}
