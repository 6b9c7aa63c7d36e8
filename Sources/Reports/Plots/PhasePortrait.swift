/// Trajectories in the plane with their ends marked, over the arrows of the field that drives them, as an SVG drawing with equal scales.
public struct PhasePortrait: Sendable, Equatable {
  /// One run.
  public struct Trajectory: Sendable, Equatable {
    /// What the legend calls it.
    public var label: String
    /// The places in their order. Where one is not finite, the line is broken.
    public var points: [PlotPoint]

    public init(label: String, points: [PlotPoint]) {
      self.label = label
      self.points = points
    }
  }

  /// The field at a place. All arrows are drawn with one length, fainter where the field is weak.
  public struct Arrow: Sendable, Equatable {
    /// The arrow's middle.
    public var place: PlotPoint
    /// The field there.
    public var direction: PlotPoint

    public init(place: PlotPoint, direction: PlotPoint) {
      self.place = place
      self.direction = direction
    }
  }

  /// The title.
  public var title: String
  /// The runs: a hollow circle at the start, a filled square at the end.
  public var trajectories: [Trajectory]
  /// The field; empty by default.
  public var arrows: [Arrow]
  /// Circles that mean something, such as a limit cycle; empty by default.
  public var circles: [ScatterPlot.Circle]
  /// What the horizontal axis measures.
  public var xLabel: String
  /// What the vertical axis measures.
  public var yLabel: String
  /// The width in pixels, at least 200; 360 by default.
  public var width: Double

  /// Creates a portrait; see the fields.
  public init(
    title: String, trajectories: [Trajectory], arrows: [Arrow] = [], circles: [ScatterPlot.Circle] = [], xLabel: String = "",
    yLabel: String = "", width: Double = 360
  ) {
    precondition(width >= 200, "a phase portrait needs 200 pixels at least")
    self.title = title
    self.trajectories = trajectories
    self.arrows = arrows
    self.circles = circles
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.width = width
  }

  /// The drawing, as an SVG element.
  public var svg: String {
    let n = NumberText.coordinate
    let all = trajectories.flatMap(\.points)
    let finite = all.filter(Self.isFinite)
    let rims = circles.flatMap { circle in
      [-circle.radius, circle.radius].map { PlotPoint(x: circle.center.x + $0, y: circle.center.y + $0) }
    }
    let extent = finite + rims + arrows.map(\.place)
    let ranges = PlotRanges.square(
      PlotAxis.range(of: extent.map(\.x), isLogarithmic: false, air: 0.06) ?? -1...1,
      PlotAxis.range(of: extent.map(\.y), isLogarithmic: false, air: 0.06) ?? -1...1)
    let note = all.isEmpty ? "no values" : PlotRanges.omitted(all.count - finite.count, of: all.count, reason: "not finite")
    var frame = PlotFrame(
      title: title, note: note, x: PlotAxis(label: xLabel, range: ranges.x), y: PlotAxis(label: yLabel, range: ranges.y), width: width,
      height: width, isSquare: true)

    var content = Self.quiver(arrows, in: frame)
    let scale = frame.plotWidth / (ranges.x.upperBound - ranges.x.lowerBound)
    for circle in circles {
      guard let x = frame.horizontal(circle.center.x), let y = frame.vertical(circle.center.y), circle.radius.isFinite else { continue }
      content += "<circle class=\"mark\" stroke-dasharray=\"5 3\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(max(2, circle.radius * scale)))\"/>"
    }
    var ends = ""
    for (index, one) in trajectories.enumerated() {
      let path = PlotRanges.path(PlotRanges.runs(one.points, in: frame))
      guard !path.isEmpty else { continue }
      let dash = PlotStyle.dash(index)
      content += """
        <path class="\(PlotStyle.seriesClass(index))" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"\
        \(dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"") d="\(path)"/>
        """
      let places = one.points.filter(Self.isFinite)
      if let start = places.first, let x = frame.horizontal(start.x), let y = frame.vertical(start.y) {
        ends += Self.backing(x, y) + PlotMarker.circle.svg(x: x, y: y, index: index, isFilled: false, radius: 5)
      }
      if let end = places.last, let x = frame.horizontal(end.x), let y = frame.vertical(end.y) {
        ends += Self.backing(x, y) + PlotMarker.square.svg(x: x, y: y, index: index, isFilled: true)
      }
    }
    var entries = trajectories.enumerated().map { SwatchLegend.line($1.label, index: $0) }
    if !finite.isEmpty {
      let index = trajectories.firstIndex { $0.points.contains(where: Self.isFinite) } ?? 0
      entries.append(PlotMarker.circle.entry("start", index: index, isFilled: false))
      entries.append(PlotMarker.square.entry("end", index: index, isFilled: true))
    }
    let legend = SwatchLegend(entries, left: frame.left, top: frame.height, width: width)
    frame.below = legend.height
    return frame.svg(content: content + ends, lower: legend.svg)
  }

  /// A disc in the page's colour, so that a mark stands out from lines of its own colour.
  private static func backing(_ x: Double, _ y: Double) -> String {
    let n = NumberText.coordinate
    return "<circle style=\"fill:var(--page,#fff)\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"7\"/>"
  }

  private static func isFinite(_ point: PlotPoint) -> Bool { point.x.isFinite && point.y.isFinite }

  /// The arrows, as long as they can be without touching one another on a square grid.
  static func quiver(_ arrows: [Arrow], in frame: PlotFrame, longest: Double = 26, style: String = "axis") -> String {
    let n = NumberText.coordinate
    let usable = arrows.filter { isFinite($0.place) && isFinite($0.direction) }
    let strengths = usable.map { ($0.direction.x * $0.direction.x + $0.direction.y * $0.direction.y).squareRoot() }
    guard let strongest = strengths.max(), strongest > 0, strongest.isFinite else { return "" }
    let length = min(longest, max(6, 0.75 * frame.plotWidth / Double(usable.count).squareRoot()))
    var result = ""
    for (arrow, strength) in zip(usable, strengths) where strength > 0 {
      guard let x = frame.horizontal(arrow.place.x), let y = frame.vertical(arrow.place.y) else { continue }
      // Pixels grow downwards.
      let (dx, dy) = (arrow.direction.x / strength * length / 2, -arrow.direction.y / strength * length / 2)
      let (tipX, tipY) = (x + dx, y + dy)
      let opacity = 0.35 + 0.65 * strength / strongest
      result += """
        <path class="\(style)" stroke-opacity="\(n(opacity))" d="M\(n(x - dx)) \(n(y - dy))L\(n(tipX)) \(n(tipY))\
        M\(n(tipX - 0.5 * dx - 0.35 * dy)) \(n(tipY - 0.5 * dy + 0.35 * dx))L\(n(tipX)) \(n(tipY))\
        L\(n(tipX - 0.5 * dx + 0.35 * dy)) \(n(tipY - 0.5 * dy - 0.35 * dx))"/>
        """
    }
    return result
  }
}
