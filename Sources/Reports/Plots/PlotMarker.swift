/// A mark for a single point. Shapes differ by series, so that colour is not needed to tell them apart.
enum PlotMarker: Int, CaseIterable {
  case circle
  case diamond
  case square
  case triangle

  /// The shape of series `index`.
  init(series index: Int) {
    self = PlotMarker.allCases[index % PlotMarker.allCases.count]
  }

  /// The mark around a point in pixels, filled or hollow, in the colour of series `index`.
  func svg(x: Double, y: Double, index: Int, isFilled: Bool, radius r: Double = 4) -> String {
    let n = NumberText.coordinate
    let style = """
      class="\(PlotStyle.seriesClass(index))" stroke="currentColor" stroke-width="1.5" fill="\(isFilled ? "currentColor" : "none")"
      """
    switch self {
    case .circle: return "<circle \(style) cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(r))\"/>"
    case .diamond:
      let d = r * 1.25
      return "<path \(style) d=\"M\(n(x - d)) \(n(y))L\(n(x)) \(n(y - d))L\(n(x + d)) \(n(y))L\(n(x)) \(n(y + d))Z\"/>"
    case .square:
      let d = r * 0.9
      return "<path \(style) d=\"M\(n(x - d)) \(n(y - d))h\(n(2 * d))v\(n(2 * d))h\(n(-2 * d))Z\"/>"
    case .triangle:
      let d = r * 1.15
      return "<path \(style) d=\"M\(n(x - d)) \(n(y + d * 0.8))L\(n(x)) \(n(y - d))L\(n(x + d)) \(n(y + d * 0.8))Z\"/>"
    }
  }

  /// A legend's entry for the mark.
  func entry(_ label: String, index: Int, isFilled: Bool) -> SwatchLegend.Entry {
    SwatchLegend.Entry(label: label) { x, y in
      svg(x: x + SwatchLegend.swatchWidth / 2, y: y, index: index, isFilled: isFilled)
    }
  }
}
