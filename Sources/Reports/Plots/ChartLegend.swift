/// The legend of a chart: a sample of each line and its label, in as many rows as they need.
struct ChartLegend {
  /// The height in pixels; 0 where there is nothing to tell apart.
  let height: Double
  /// The elements, in the drawing's pixels.
  let svg: String

  /// Lays out `labels` from `left` to `width`, below `top`.
  init(labels: [String], left: Double, top: Double, width: Double) {
    guard labels.contains(where: { !$0.isEmpty }) else {
      height = 0
      svg = ""
      return
    }
    let n = NumberText.coordinate
    let swatch = 28.0
    var parts = ""
    var x = left
    var row = 0.0
    for (index, label) in labels.enumerated() {
      let shown = TextWidth.fitted(label, limit: width - left - swatch - 8)
      let needed = swatch + 6 + TextWidth.pixels(shown) + 14
      if x > left, x + needed > width {
        x = left
        row += 1
      }
      let y = top + 12 + 20 * row
      let dash = PlotStyle.dash(index)
      parts += """
        <path class="\(PlotStyle.seriesClass(index))" stroke="currentColor" stroke-width="2.2" fill="none"\
        \(dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"") d="M\(n(x)) \(n(y))h\(n(swatch))"/>\
        <text x="\(n(x + swatch + 6))" y="\(n(y + 4))">\(HTMLText.escaped(shown))</text>
        """
      x += needed
    }
    height = 20 * (row + 1) + 8
    svg = parts
  }
}
