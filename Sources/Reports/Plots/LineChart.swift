/// Curves over steps, as an SVG drawing: one line a run, one colour a label.
public struct LineChart: Sendable, Equatable {
  /// One curve. Curves of one label share a colour and an entry of the legend: the seeds of a variant.
  public struct Series: Sendable, Equatable {
    /// What the legend calls it.
    public var label: String
    /// The points, in drawing order. Where one is not finite, the line is broken.
    public var points: [PlotPoint]

    public init(label: String, points: [PlotPoint]) {
      self.label = label
      self.points = points
    }

    /// Creates a curve from values at steps 0, 1, 2, …, or at `steps`.
    public init(label: String, values: [Double], steps: [Int]? = nil) {
      precondition(steps == nil || steps?.count == values.count, "there must be one step for each value")
      self.label = label
      points = values.enumerated().map { PlotPoint(x: Double(steps?[$0] ?? $0), y: $1) }
    }
  }

  /// A horizontal line at a value that means something, such as the most that a perfect model reaches.
  public struct Reference: Sendable, Equatable {
    public var value: Double
    public var label: String

    public init(value: Double, label: String) {
      self.value = value
      self.label = label
    }
  }

  /// The title.
  public var title: String
  /// The curves.
  public var series: [Series]
  /// What the horizontal axis measures; `step` by default.
  public var xLabel: String
  /// What the vertical axis measures.
  public var yLabel: String
  /// Whether the horizontal axis is logarithmic; `false` by default.
  public var isXLogarithmic: Bool
  /// Whether the vertical axis is logarithmic; `false` by default. Values of 0 and below are then left out and counted.
  public var isYLogarithmic: Bool
  /// The range of the horizontal axis; `nil` (the default) for that of the curves.
  public var xRange: ClosedRange<Double>?
  /// The range of the vertical axis; `nil` (the default) for that of the curves and references.
  public var yRange: ClosedRange<Double>?
  /// Horizontal lines.
  public var references: [Reference]
  /// The width in pixels, at least 240; 520 by default.
  public var width: Double
  /// The height in pixels without the legend, at least 160; 300 by default.
  public var height: Double

  /// Creates a chart; see the fields.
  public init(
    title: String, series: [Series], xLabel: String = "step", yLabel: String = "", isXLogarithmic: Bool = false,
    isYLogarithmic: Bool = false, xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil,
    references: [Reference] = [], width: Double = 520, height: Double = 300
  ) {
    precondition(width >= 240 && height >= 160, "a chart needs 240 × 160 pixels at least")
    self.title = title
    self.series = series
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.isXLogarithmic = isXLogarithmic
    self.isYLogarithmic = isYLogarithmic
    self.xRange = xRange
    self.yRange = yRange
    self.references = references
    self.width = width
    self.height = height
  }

  /// The drawing, as an SVG element.
  public var svg: String {
    let n = NumberText.coordinate
    let shown = series.flatMap { $0.points.filter(isShowable) }
    let x = PlotAxis(
      label: xLabel,
      range: xRange ?? PlotAxis.range(of: shown.lazy.map(\.x), isLogarithmic: isXLogarithmic, air: 0)
        ?? (isXLogarithmic ? 1...10 : 0...1), isLogarithmic: isXLogarithmic)
    let heights = shown.map(\.y) + references.map(\.value)
    let y = PlotAxis(
      label: yLabel,
      range: yRange ?? PlotAxis.range(of: heights, isLogarithmic: isYLogarithmic)
        ?? (isYLogarithmic ? 1...10 : 0...1), isLogarithmic: isYLogarithmic)
    var frame = PlotFrame(title: title, note: note(shown: shown.count), x: x, y: y, width: width, height: height)

    var labels: [String] = []
    for one in series where !labels.contains(one.label) { labels.append(one.label) }
    var lines = ""
    var over = ""
    for reference in references {
      guard let place = frame.vertical(reference.value), (0...frame.plotHeight).contains(place) else { continue }
      lines += "<path class=\"mark\" stroke-dasharray=\"3 4\" d=\"M0 \(n(place))H\(n(frame.plotWidth))\"/>"
      let baseline = place < 18 ? place + 15 : place - 5
      let text = HTMLText.escaped(TextWidth.fitted(reference.label, limit: frame.plotWidth - 8))
      over +=
        "<text x=\"\(n(frame.plotWidth - 4))\" y=\"\(n(baseline))\" text-anchor=\"end\" class=\"halo\">\(text)</text>"
    }
    let isCrowded = series.count > labels.count
    for one in series {
      let index = labels.firstIndex(of: one.label) ?? 0
      let path = path(of: one.points, in: frame)
      guard !path.isEmpty else { continue }
      let dash = PlotStyle.dash(index)
      lines += """
        <path class="\(PlotStyle.seriesClass(index))" fill="none" stroke="currentColor" \
        stroke-width="\(isCrowded ? "1.3" : "1.8")" stroke-linejoin="round" stroke-linecap="round"\
        \(dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")\(isCrowded ? " stroke-opacity=\"0.8\"" : "") d="\(path)"/>
        """
    }
    let probes = PlotProbes(
      series.flatMap { one in
        one.points.filter(isShowable).map { PlotProbes.Value(label: one.label, x: $0.x, text: NumberText.significant($0.y)) }
      }, axis: xLabel, in: frame)
    let legend = SwatchLegend(
      labels.enumerated().map { SwatchLegend.line($1, index: $0) }, left: frame.left, top: frame.height, width: width)
    frame.below = legend.height
    return frame.svg(content: lines + probes.svg, over: over, lower: legend.svg)
  }

  private func isShowable(_ point: PlotPoint) -> Bool {
    point.x.isFinite && point.y.isFinite && (!isXLogarithmic || point.x > 0) && (!isYLogarithmic || point.y > 0)
  }

  /// What is not shown, in words; empty where all is.
  private func note(shown: Int) -> String {
    let all = series.reduce(0) { $0 + $1.points.count }
    guard shown < all else { return all == 0 ? "no values" : "" }
    func text(_ count: Int) -> String { NumberText.fixed(Double(count), digits: 0) }
    let reason = isXLogarithmic || isYLogarithmic ? "not finite, or not above 0" : "not finite"
    return "\(text(all - shown)) of \(text(all)) values are \(reason)"
  }

  /// A path through the points: at most the first, lowest, highest and last of each pixel column, broken at what cannot be shown.
  private func path(of points: [PlotPoint], in frame: PlotFrame) -> String {
    let n = NumberText.coordinate
    var result = ""
    for run in points.split(whereSeparator: { !isShowable($0) }) {
      let places = run.compactMap { point -> PlotPoint? in
        guard let x = frame.horizontal(point.x), let y = frame.vertical(point.y) else { return nil }
        // Far outside the frame, renderers lose precision.
        return PlotPoint(x: min(max(x, -1e5), 1e5), y: min(max(y, -1e5), 1e5))
      }
      let kept = places.count > Int(4 * frame.plotWidth) ? Self.thinned(places) : places
      for (index, place) in kept.enumerated() { result += "\(index == 0 ? "M" : "L")\(n(place.x)) \(n(place.y))" }
      if kept.count == 1 { result += "h0" }
    }
    return result
  }

  private static func thinned(_ points: [PlotPoint]) -> [PlotPoint] {
    var result: [PlotPoint] = []
    var start = 0
    while start < points.count {
      let column = points[start].x.rounded(.down)
      var end = start
      var lowest = start
      var highest = start
      while end < points.count && points[end].x.rounded(.down) == column {
        if points[end].y < points[lowest].y { lowest = end }
        if points[end].y > points[highest].y { highest = end }
        end += 1
      }
      var previous = -1
      for index in [start, min(lowest, highest), max(lowest, highest), end - 1] where index > previous {
        result.append(points[index])
        previous = index
      }
      start = end
    }
    return result
  }
}
