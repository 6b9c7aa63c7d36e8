/// The frame of a plot: title, axes, ticks and grid around a rectangle that the caller fills.
struct PlotFrame {
  /// The title, in several lines where it is long.
  let title: String
  /// What stands under the title in a softer colour; empty for none.
  let note: String
  /// The horizontal axis.
  var x: PlotAxis
  /// The vertical axis.
  var y: PlotAxis
  /// The width of the whole drawing in pixels.
  var width: Double
  /// The height of the frame in pixels, without what stands below it.
  var height: Double
  /// The height in pixels of what the caller draws below the frame.
  var below = 0.0

  private var isBare = false
  private let titleLines: [String]
  private let noteLines: [String]
  /// Where the note begins.
  private let titleHeight: Double
  private let xTicks: [PlotAxis.Tick]
  private let yTicks: [PlotAxis.Tick]
  /// The rectangle inside the axes.
  let left: Double
  let top: Double
  let plotWidth: Double
  let plotHeight: Double

  /// Lays the frame out; where `isSquare`, the height follows from the width so that both axes have one length.
  init(
    title: String, note: String = "", x: PlotAxis, y: PlotAxis, width: Double, height: Double, isSquare: Bool = false
  ) {
    self.title = title
    self.note = note
    self.x = x
    self.y = y
    self.width = width
    titleLines = title.isEmpty ? [] : TextWidth.lines(title, limit: width - 4, size: 13)
    noteLines = note.isEmpty ? [] : TextWidth.lines(note, limit: width - 4)
    titleHeight = 12 + 16 * Double(titleLines.count)
    top = (title.isEmpty ? 8 : titleHeight) + (note.isEmpty ? 0 : 3 + 15 * Double(noteLines.count))
    let bottom = x.label.isEmpty ? 26.0 : 46.0
    let yTicks = y.ticks(target: max(2, Int((height - top - bottom) / 48)))
    let widest = yTicks.reduce(0) { max($0, TextWidth.pixels($1.label)) }
    left = widest + 12 + (y.label.isEmpty ? 0 : 20)
    // As many ticks as fit with their labels side by side, and room at the right for half of the last label.
    var target = max(2, Int((width - left) / 60))
    var ticks = x.ticks(target: target)
    while target > 2 {
      let room = (width - left - 30) / Double(max(1, ticks.count))
      if ticks.allSatisfy({ TextWidth.pixels($0.label) + 10 <= room }) { break }
      target -= 1
      ticks = x.ticks(target: target)
    }
    let overhang = TextWidth.pixels(ticks.last?.label ?? "") / 2
    plotWidth = max(20, width - left - max(12, overhang + 2))
    xTicks = ticks
    // Further lines of text make the drawing higher, not the rectangle lower.
    let further = 16 * Double(max(0, titleLines.count - 1)) + 15 * Double(max(0, noteLines.count - 1))
    plotHeight = isSquare ? plotWidth : max(20, height + further - top - bottom)
    self.height = top + plotHeight + bottom
    self.yTicks = yTicks
  }

  /// A square without axes and text; `name` is what readers who do not see it are told.
  init(bare name: String, x: PlotAxis, y: PlotAxis, width: Double) {
    title = name
    note = ""
    self.x = x
    self.y = y
    self.width = width
    height = width
    (titleLines, noteLines, titleHeight, xTicks, yTicks) = ([], [], 0, [], [])
    (left, top, plotWidth, plotHeight) = (1, 1, width - 2, width - 2)
    isBare = true
  }

  /// The place of a value on the horizontal axis, in the rectangle's pixels; `nil` where it cannot be shown.
  func horizontal(_ value: Double) -> Double? {
    x.fraction(value).map { $0 * plotWidth }
  }

  /// The place of a value on the vertical axis, in the rectangle's pixels, from the top.
  func vertical(_ value: Double) -> Double? {
    y.fraction(value).map { (1 - $0) * plotHeight }
  }

  /// The whole drawing: `content` is drawn in the rectangle's pixels and clipped to it, `lower` in the drawing's below the frame.
  func svg(content: String, over: String = "", lower: String = "") -> String {
    let n = NumberText.coordinate
    let total = height + below
    var parts: [String] = []
    parts.append(
      """
      <svg class="plot" xmlns="http://www.w3.org/2000/svg" width="\(n(width))" height="\(n(total))" \
      viewBox="0 0 \(n(width)) \(n(total))" role="img" aria-label="\(HTMLText.escaped(title))">
      """)
    parts.append(PlotStyle.sheet)
    for (row, line) in titleLines.enumerated() { parts.append(heading(line, style: "title", size: 13, y: 18 + 16 * Double(row))) }
    for (row, line) in noteLines.enumerated() {
      parts.append(heading(line, style: "soft", size: 12, y: (title.isEmpty ? 8 : titleHeight) + 8 + 15 * Double(row)))
    }
    parts.append(axes)
    parts.append(
      "<svg x=\"\(n(left))\" y=\"\(n(top))\" width=\"\(n(plotWidth))\" height=\"\(n(plotHeight))\">\(content)</svg>")
    parts.append("<g transform=\"translate(\(n(left)) \(n(top)))\">\(over)</g>")
    parts.append(lower)
    parts.append("</svg>\n")
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// A line above the rectangle, from its left edge or, where it needs the room, from further left.
  private func heading(_ text: String, style: String, size: Double, y: Double) -> String {
    let start = max(2, min(left, width - 2 - TextWidth.pixels(text, size: size)))
    let n = NumberText.coordinate
    return "<text class=\"\(style)\" x=\"\(n(start))\" y=\"\(n(y))\">\(HTMLText.escaped(text))</text>"
  }

  /// Grid, axes, tick labels and axis labels.
  private var axes: String {
    let n = NumberText.coordinate
    if isBare { return "<rect class=\"axis\" x=\"0.5\" y=\"0.5\" width=\"\(n(width - 1))\" height=\"\(n(height - 1))\"/>" }
    var grid = ""
    var labels = ""
    let bottom = top + plotHeight
    for tick in xTicks {
      guard let offset = horizontal(tick.value) else { continue }
      let place = n(left + offset)
      grid += "M\(place) \(n(top))V\(n(bottom))"
      labels +=
        "<text class=\"soft\" text-anchor=\"middle\" x=\"\(place)\" y=\"\(n(bottom + 17))\">\(tick.label)</text>"
    }
    for tick in yTicks {
      guard let offset = vertical(tick.value) else { continue }
      grid += "M\(n(left)) \(n(top + offset))H\(n(left + plotWidth))"
      labels +=
        "<text class=\"soft\" text-anchor=\"end\" x=\"\(n(left - 6))\" y=\"\(n(top + offset + 4))\">\(tick.label)</text>"
    }
    if !x.label.isEmpty {
      let shown = HTMLText.escaped(TextWidth.fitted(x.label, limit: plotWidth))
      labels +=
        "<text text-anchor=\"middle\" x=\"\(n(left + plotWidth / 2))\" y=\"\(n(bottom + 37))\">\(shown)</text>"
    }
    if !y.label.isEmpty {
      let shown = HTMLText.escaped(TextWidth.fitted(y.label, limit: plotHeight))
      let middle = n(top + plotHeight / 2)
      labels +=
        "<text text-anchor=\"middle\" x=\"14\" y=\"\(middle)\" transform=\"rotate(-90 14 \(middle))\">\(shown)</text>"
    }
    return "<path class=\"grid\" d=\"\(grid)\"/>\n"
      + "<path class=\"axis\" d=\"M\(n(left)) \(n(top))V\(n(bottom))H\(n(left + plotWidth))\"/>\n\(labels)"
  }
}
