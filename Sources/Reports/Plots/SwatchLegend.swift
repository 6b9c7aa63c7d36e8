/// A legend whose entries each bring their own sample: a marker, a shaded band, a line.
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

  /// Lays the entries out from `left` to `width`, below `top`, in as many rows as they need.
  init(_ entries: [Entry], left: Double, top: Double, width: Double) {
    let entries = entries.filter { !$0.label.isEmpty }
    guard !entries.isEmpty else {
      height = 0
      svg = ""
      return
    }
    let n = NumberText.coordinate
    var parts = ""
    var x = left
    var row = 0.0
    for entry in entries {
      let shown = TextWidth.fitted(entry.label, limit: width - left - Self.swatchWidth - 8)
      let needed = Self.swatchWidth + 6 + TextWidth.pixels(shown) + 14
      if x > left, x + needed > width {
        x = left
        row += 1
      }
      let y = top + 12 + 20 * row
      parts += entry.swatch(x, y)
      parts += "<text x=\"\(n(x + Self.swatchWidth + 6))\" y=\"\(n(y + 4))\">\(HTMLText.escaped(shown))</text>"
      x += needed
    }
    height = 20 * (row + 1) + 8
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
