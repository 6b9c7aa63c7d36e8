/// The path-angle and the path-norm along the line between two points of a game, as an SVG drawing: what tells attraction, rotation and
/// repulsion at a stationary point apart (Berard et al. 2020, "A Closer Look at the Optimization Landscapes of Generative Adversarial
/// Networks").
///
/// The angle's cosine has the left axis, the field's norm the logarithmic right one. Dashed verticals stand where the angle changes its sign.
public struct PathChart: Sendable, Equatable {
  /// What was measured at one place of the line.
  public struct Point: Sendable, Equatable {
    /// The place: 0 at the start, 1 at the point that is examined.
    public var position: Double
    /// The cosine between the field and the line, in −1…1.
    public var cosine: Double
    /// The norm of the field.
    public var norm: Double

    public init(position: Double, cosine: Double, norm: Double) {
      self.position = position
      self.cosine = cosine
      self.norm = norm
    }
  }

  /// The title.
  public var title: String
  /// The points, by position. Where one is not finite, the curves are broken.
  public var points: [Point]
  /// The width in pixels, at least 280; 520 by default.
  public var width: Double
  /// The height in pixels without the legend, at least 160; 300 by default.
  public var height: Double

  /// Creates a chart; see the fields.
  public init(title: String, points: [Point], width: Double = 520, height: Double = 300) {
    precondition(width >= 280 && height >= 160, "a chart needs 280 × 160 pixels at least")
    self.title = title
    self.points = points
    self.width = width
    self.height = height
  }

  /// Where the cosine changes its sign, by linear interpolation between neighbours.
  public var signChanges: [Double] {
    var result: [Double] = []
    var previous: Point?
    for point in points where point.position.isFinite && point.cosine.isFinite && point.cosine != 0 {
      if let previous, previous.cosine * point.cosine < 0 {
        let share = previous.cosine / (previous.cosine - point.cosine)
        result.append(previous.position + share * (point.position - previous.position))
      }
      previous = point
    }
    return result
  }

  /// The drawing, as an SVG element.
  public var svg: String {
    let n = NumberText.coordinate
    let shown = points.filter { $0.position.isFinite && $0.cosine.isFinite && $0.norm.isFinite && $0.norm > 0 }
    let note =
      points.isEmpty
      ? "no values" : PlotRanges.omitted(points.count - shown.count, of: points.count, reason: "not finite, or have no norm above 0")
    let x = PlotAxis(
      label: "position on the line", range: PlotAxis.range(of: shown.lazy.map(\.position), isLogarithmic: false, air: 0) ?? 0...1)
    let cosines = PlotAxis(
      label: "path-angle",
      range: PlotAxis.range(of: shown.map(\.cosine) + [-0.2, 0.2], isLogarithmic: false, air: 0.06) ?? -1...1)
    let norms = PlotAxis(
      label: "path-norm", range: PlotAxis.range(of: shown.lazy.map(\.norm), isLogarithmic: true) ?? 1...10, isLogarithmic: true)

    // The right axis stands in a margin that the frame knows nothing of.
    let target = max(2, Int((height - 74) / 48))
    let ticks = norms.ticks(target: target)
    let margin = 6 + ticks.reduce(0) { max($0, TextWidth.pixels($1.label)) } + 24
    var frame = PlotFrame(title: title, note: note, x: x, y: cosines, width: width - margin, height: height)
    frame.width = width
    let right = PlotFrame(title: title, note: note, x: x, y: norms, width: width - margin, height: height)

    var content = ""
    for change in signChanges {
      guard let place = frame.horizontal(change), (0...frame.plotWidth).contains(place) else { continue }
      content += "<path class=\"mark\" stroke-dasharray=\"4 4\" d=\"M\(n(place)) 0V\(n(frame.plotHeight))\"/>"
    }
    if let zero = frame.vertical(0) { content += "<path class=\"axis\" d=\"M0 \(n(zero))H\(n(frame.plotWidth))\"/>" }
    let curves: [[PlotPoint]] = [
      points.map { PlotPoint(x: $0.position, y: frame.vertical($0.cosine) ?? .nan) },
      points.map { PlotPoint(x: $0.position, y: right.vertical($0.norm).map { $0 / right.plotHeight * frame.plotHeight } ?? .nan) },
    ]
    for (index, curve) in curves.enumerated() {
      let path = PlotRanges.path(Self.runs(curve, in: frame))
      guard !path.isEmpty else { continue }
      let dash = PlotStyle.dash(index)
      content += """
        <path class="\(PlotStyle.seriesClass(index))" fill="none" stroke="currentColor" stroke-width="\(shown.count == 1 ? "7" : "1.8")" \
        stroke-linejoin="round" stroke-linecap="round"\(dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"") d="\(path)"/>
        """
    }
    var entries = [SwatchLegend.line("path-angle (left)", index: 0), SwatchLegend.line("path-norm (right)", index: 1)]
    if !signChanges.isEmpty {
      entries.append(
        SwatchLegend.Entry(label: "the angle changes its sign") { x, y in
          "<path class=\"mark\" stroke-dasharray=\"4 4\" d=\"M\(n(x + 14)) \(n(y - 8))v16\"/>"
        })
    }
    let legend = SwatchLegend(entries, left: frame.left, top: frame.height, width: width)
    frame.below = legend.height
    return frame.svg(content: content, over: axis(norms, ticks: ticks, frame: frame), lower: legend.svg)
  }

  /// The right axis, in the frame's rectangle.
  private func axis(_ norms: PlotAxis, ticks: [PlotAxis.Tick], frame: PlotFrame) -> String {
    let n = NumberText.coordinate
    let edge = frame.plotWidth
    var result = "<path class=\"axis\" d=\"M\(n(edge)) 0V\(n(frame.plotHeight))\"/>"
    for tick in ticks {
      guard let share = norms.fraction(tick.value) else { continue }
      let y = (1 - share) * frame.plotHeight
      result += "<path class=\"axis\" d=\"M\(n(edge)) \(n(y))h4\"/>"
      result += "<text class=\"soft\" x=\"\(n(edge + 7))\" y=\"\(n(y + 4))\">\(tick.label)</text>"
    }
    let x = n(frame.width - frame.left - 8)
    let middle = n(frame.plotHeight / 2)
    let label = HTMLText.escaped(TextWidth.fitted(norms.label, limit: frame.plotHeight))
    return result + "<text text-anchor=\"middle\" x=\"\(x)\" y=\"\(middle)\" transform=\"rotate(-90 \(x) \(middle))\">\(label)</text>"
  }

  /// Runs of points whose heights are pixels already.
  private static func runs(_ curve: [PlotPoint], in frame: PlotFrame) -> [[PlotPoint]] {
    curve.split(whereSeparator: { !$0.y.isFinite || frame.horizontal($0.x) == nil }).map { run in
      run.compactMap { point in
        frame.horizontal(point.x).map { PlotPoint(x: min(max($0, -1e5), 1e5), y: min(max(point.y, -1e5), 1e5)) }
      }
    }
  }
}
