/// One row a variant: a dot for each run, the interval of the median as a bar, the median as a diamond; as an SVG drawing.
///
/// Where something to compare with is known, such as what real data scores, it is a band across all rows.
public struct ForestPlot: Sendable, Equatable {
  /// A variant.
  public struct Row: Sendable, Equatable {
    /// What it is called.
    public var label: String
    /// The value of each run that has one.
    public var values: [Double]
    /// How many runs have none.
    public var missing: Int
    /// The median; `nil` where a run without a value decides it.
    public var median: Double?
    /// The ends of the median's interval; `nil` where there is none.
    public var interval: ClosedRange<Double>?
    /// Which of the palette's colours it has, from 0.
    public var colorIndex: Int

    /// Creates a row; see the fields.
    public init(label: String, values: [Double], missing: Int = 0, median: Double?, interval: ClosedRange<Double>?, colorIndex: Int = 0) {
      self.label = label
      self.values = values
      self.missing = missing
      self.median = median
      self.interval = interval
      self.colorIndex = colorIndex
    }
  }

  /// The title.
  public var title: String
  /// The rows, from top to bottom.
  public var rows: [Row]
  /// A band to compare with, and what it is; `nil` for none.
  public var band: (range: ClosedRange<Double>, label: String)?
  /// The range of the axis; `nil` (the default) for that of all that is drawn.
  public var range: ClosedRange<Double>?
  /// The width in pixels, at least 240; 520 by default.
  public var width: Double

  /// Creates a plot; see the fields.
  public init(
    title: String, rows: [Row], band: (range: ClosedRange<Double>, label: String)? = nil, range: ClosedRange<Double>? = nil,
    width: Double = 520
  ) {
    precondition(width >= 240, "a plot needs room")
    self.title = title
    self.rows = rows
    self.band = band
    self.range = range
    self.width = width
  }

  public static func == (left: ForestPlot, right: ForestPlot) -> Bool { left.svg == right.svg }

  private static let rowHeight = 40.0
  private var top: Double { band == nil ? 30 : 48 }

  /// The drawing, as an SVG element.
  public var svg: String {
    let n = NumberText.coordinate
    let all = rows.flatMap { $0.values + [$0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 } } + bandEnds
    let positive = all.filter { $0 > 0 }
    // Logarithmic where that shows more: all above 0, over more than two decades.
    let isLogarithmic =
      range == nil && !all.isEmpty && positive.count == all.count && (positive.max() ?? 1) / (positive.min() ?? 1) > 100
    let axis = PlotAxis(
      label: "", range: range ?? PlotAxis.range(of: all, isLogarithmic: isLogarithmic) ?? 0...1, isLogarithmic: isLogarithmic)
    let (left, right) = (10.0, width - 14)
    let bottom = top + Double(rows.count) * Self.rowHeight
    let height = bottom + 28
    func x(_ value: Double) -> Double? { axis.fraction(value).map { left + min(1, max(0, $0)) * (right - left) } }

    var parts = [
      """
      <svg class="plot" xmlns="http://www.w3.org/2000/svg" width="\(n(width))" height="\(n(height))" viewBox="0 0 \(n(width)) \(n(height))" \
      role="img" aria-label="\(HTMLText.escaped(title))">
      """, PlotStyle.sheet,
      "<text class=\"title\" x=\"\(n(left))\" y=\"18\">\(HTMLText.escaped(TextWidth.fitted(title, limit: right - left, size: 13)))</text>",
    ]
    if let band, let low = x(band.range.lowerBound), let high = x(band.range.upperBound) {
      parts.append(
        "<rect x=\"\(n(low))\" y=\"\(n(top))\" width=\"\(n(max(1.5, high - low)))\" height=\"\(n(bottom - top))\" fill=\"currentColor\" fill-opacity=\"0.14\"/>"
      )
      let label = TextWidth.fitted("shaded: \(band.label)", limit: right - left)
      parts.append("<text class=\"soft\" x=\"\(n(left))\" y=\"\(n(top - 12))\">\(HTMLText.escaped(label))</text>")
    }
    parts += ticks(axis, x, bottom)
    for (index, row) in rows.enumerated() { parts.append(drawing(row, top + Double(index) * Self.rowHeight, left, right, x)) }
    return (parts + ["</svg>\n"]).joined(separator: "\n")
  }

  private var bandEnds: [Double] { band.map { [$0.range.lowerBound, $0.range.upperBound] } ?? [] }

  private func ticks(_ axis: PlotAxis, _ x: (Double) -> Double?, _ bottom: Double) -> [String] {
    let n = NumberText.coordinate
    var (grid, labels) = ("", "")
    var end = -Double.infinity
    for tick in axis.ticks(target: max(2, Int(width / 90))) {
      guard let place = x(tick.value) else { continue }
      grid += "M\(n(place)) \(n(top))V\(n(bottom))"
      let half = TextWidth.pixels(tick.label) / 2
      // Never beyond the drawing, never over the label before.
      let middle = min(max(place, half + 2), width - half - 2)
      guard middle - half > end + 6 else { continue }
      end = middle + half
      labels += "<text class=\"soft\" text-anchor=\"middle\" x=\"\(n(middle))\" y=\"\(n(bottom + 17))\">\(tick.label)</text>"
    }
    return ["<path class=\"grid\" d=\"\(grid)\"/>", "<path class=\"axis\" d=\"M10 \(n(bottom))H\(n(width - 14))\"/>", labels]
  }

  private func drawing(_ row: Row, _ y: Double, _ left: Double, _ right: Double, _ x: (Double) -> Double?) -> String {
    let n = NumberText.coordinate
    let line = y + 27
    let note = row.missing > 0 ? "\(row.missing) of \(row.values.count + row.missing) without a value" : ""
    let noteWidth = note.isEmpty ? 0 : TextWidth.pixels(note) + 12
    let label = TextWidth.fitted(row.label, limit: right - left - noteWidth)
    var text = "<text x=\"\(n(left))\" y=\"\(n(y + 13))\">\(HTMLText.escaped(label))</text>"
    if !note.isEmpty { text += "<text class=\"soft\" text-anchor=\"end\" x=\"\(n(right))\" y=\"\(n(y + 13))\">\(note)</text>" }
    var marks = ""
    if let interval = row.interval, let low = x(interval.lowerBound), let high = x(interval.upperBound) {
      marks +=
        "<path d=\"M\(n(low)) \(n(line))H\(n(high))M\(n(low)) \(n(line - 5))v10M\(n(high)) \(n(line - 5))v10\" stroke=\"currentColor\" stroke-width=\"2\" fill=\"none\"/>"
    }
    // Runs of one value stand beside each other, up and down.
    var seen: [Int: Int] = [:]
    for value in row.values {
      guard let place = x(value) else { continue }
      let count = seen[Int(place / 4), default: 0]
      seen[Int(place / 4)] = count + 1
      let offset = Double((count + 1) / 2) * (count.isMultiple(of: 2) ? 2.5 : -2.5)
      marks += """
        <circle cx="\(n(place))" cy="\(n(line + max(-8, min(8, offset))))" r="3" fill="currentColor" fill-opacity="0.55">\
        <title>\(NumberText.significant(value))</title></circle>
        """
    }
    if let median = row.median, let place = x(median) {
      marks += """
        <path class="median" d="M\(n(place)) \(n(line - 7))l5 7l-5 7l-5 -7z" fill="currentColor" stroke="var(--page,#fff)" stroke-width="1">\
        <title>median \(NumberText.significant(median))</title></path>
        """
    }
    return text + "<g class=\"\(PlotStyle.seriesClass(row.colorIndex))\">\(marks)</g>"
  }
}

extension ForestPlot: Plot {}
