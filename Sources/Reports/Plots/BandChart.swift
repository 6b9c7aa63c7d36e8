/// A metric over steps with what chance alone would give: a shaded null band, reference lines, and ribbons of confidence, as an SVG drawing.
public struct BandChart: Sendable, Equatable {
  /// A value with its interval.
  public struct Point: Sendable, Equatable {
    public var step: Double
    public var value: Double
    /// The ends of the interval; `nil` where there is none.
    public var interval: ClosedRange<Double>?

    public init(step: Double, value: Double, interval: ClosedRange<Double>? = nil) {
      self.step = step
      self.value = value
      self.interval = interval
    }
  }

  /// One curve with its ribbon.
  public struct Series: Sendable, Equatable {
    /// What the legend calls it.
    public var label: String
    /// The points, by step. Where one is not finite, the line is broken.
    public var points: [Point]

    public init(label: String, points: [Point]) {
      self.label = label
      self.points = points
    }
  }

  /// The range that the metric has where nothing can be told apart.
  public struct Band: Sendable, Equatable {
    public var range: ClosedRange<Double>
    public var label: String

    public init(_ range: ClosedRange<Double>, label: String) {
      self.range = range
      self.label = label
    }
  }

  /// The title.
  public var title: String
  /// The curves.
  public var series: [Series]
  /// The null band; `nil` (the default) for none.
  public var band: Band?
  /// Horizontal lines with their labels, such as the accuracy of chance.
  public var references: [LineChart.Reference]
  /// What the horizontal axis measures; `step` by default.
  public var xLabel: String
  /// What the vertical axis measures.
  public var yLabel: String
  /// Whether the vertical axis is logarithmic; `false` by default. Values of 0 and below are then left out and counted.
  public var isYLogarithmic: Bool
  /// The range of the vertical axis; `nil` (the default) for that of all that is shown.
  public var yRange: ClosedRange<Double>?
  /// The width in pixels, at least 240; 520 by default.
  public var width: Double
  /// The height in pixels without the legend, at least 160; 300 by default.
  public var height: Double

  /// Creates a chart; see the fields.
  public init(
    title: String, series: [Series], band: Band? = nil, references: [LineChart.Reference] = [], xLabel: String = "step",
    yLabel: String = "", isYLogarithmic: Bool = false, yRange: ClosedRange<Double>? = nil, width: Double = 520, height: Double = 300
  ) {
    precondition(width >= 240 && height >= 160, "a chart needs 240 × 160 pixels at least")
    self.title = title
    self.series = series
    self.band = band
    self.references = references
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.isYLogarithmic = isYLogarithmic
    self.yRange = yRange
    self.width = width
    self.height = height
  }

  /// Whether a logarithmic axis shows more of `values`: where all are above 0, and the largest is more than a hundred times the smallest.
  public static func isBetterLogarithmic(_ values: some Sequence<Double>) -> Bool {
    var ends = (least: Double.infinity, most: -Double.infinity)
    for value in values where value.isFinite { ends = (min(ends.least, value), max(ends.most, value)) }
    return ends.least > 0 && ends.most > 100 * ends.least
  }

  /// The drawing, as an SVG element.
  public var svg: String {
    let n = NumberText.coordinate
    let all = series.flatMap(\.points)
    let shown = all.filter(isShowable)
    let bandEnds = (band.map { [$0.range.lowerBound, $0.range.upperBound] } ?? []).filter { isHeight($0) }
    let heights = shown.flatMap { [$0.value] + ends($0) } + references.map(\.value) + bandEnds
    let x = PlotAxis(label: xLabel, range: PlotAxis.range(of: shown.lazy.map(\.step), isLogarithmic: false, air: 0) ?? 0...1)
    let y = PlotAxis(
      label: yLabel, range: yRange ?? PlotAxis.range(of: heights, isLogarithmic: isYLogarithmic) ?? (isYLogarithmic ? 1...10 : 0...1),
      isLogarithmic: isYLogarithmic)
    let note =
      all.isEmpty
      ? "no values"
      : PlotRanges.omitted(all.count - shown.count, of: all.count, reason: isYLogarithmic ? "not finite, or not above 0" : "not finite")
    let margin = ReferenceLines.margin(references)
    var frame = PlotFrame(title: title, note: note, x: x, y: y, width: width - margin, height: height)
    frame.width = width

    var content = ""
    var entries = series.enumerated().map { SwatchLegend.line($1.label, index: $0) }
    if let band {
      let (upper, lower) = (frame.vertical(band.range.upperBound) ?? 0, frame.vertical(band.range.lowerBound) ?? frame.plotHeight)
      let (top, bottom) = (min(max(upper, 0), frame.plotHeight), min(max(lower, 0), frame.plotHeight))
      let style = "class=\"axis\" style=\"fill:var(--axis,#777);stroke:none\" fill-opacity=\"0.22\""
      // A band beyond the range is told of, not drawn.
      if upper <= frame.plotHeight, lower >= 0 {
        content += "<rect \(style) x=\"0\" y=\"\(n(top))\" width=\"\(n(frame.plotWidth))\" height=\"\(n(max(1, bottom - top)))\"/>"
      }
      entries.append(
        SwatchLegend.Entry(label: band.label) { x, y in
          "<rect \(style) x=\"\(n(x))\" y=\"\(n(y - 6))\" width=\"\(n(SwatchLegend.swatchWidth))\" height=\"12\"/>"
        })
    }
    for (index, one) in series.enumerated() { content += ribbons(one.points, index: index, frame: frame) }
    for (index, one) in series.enumerated() { content += line(one.points, index: index, frame: frame) }
    let probes = PlotProbes(
      series.flatMap { one in
        one.points.filter(isShowable).map { PlotProbes.Value(label: one.label, x: $0.step, text: Self.text($0)) }
      }, axis: xLabel, in: frame)
    let marks = ReferenceLines(references, in: frame)
    let legend = SwatchLegend(entries, left: frame.left, top: frame.height, width: width)
    frame.below = legend.height
    return frame.svg(content: content + marks.lines + probes.svg, over: marks.labels, lower: legend.svg)
  }

  /// A value, with the ends of its interval in brackets.
  private static func text(_ point: Point) -> String {
    let value = NumberText.significant(point.value)
    guard let interval = point.interval else { return value }
    return "\(value) [\(NumberText.significant(interval.lowerBound)), \(NumberText.significant(interval.upperBound))]"
  }

  private func isHeight(_ value: Double) -> Bool { value.isFinite && (!isYLogarithmic || value > 0) }

  private func isShowable(_ point: Point) -> Bool { point.step.isFinite && isHeight(point.value) }

  /// The ends of a point's interval that can be shown.
  private func ends(_ point: Point) -> [Double] {
    (point.interval.map { [$0.lowerBound, $0.upperBound] } ?? []).filter { isHeight($0) && abs($0) < 1e300 }
  }

  /// The shaded intervals: one polygon for each stretch of points that have one; a bar for a point alone.
  private func ribbons(_ points: [Point], index: Int, frame: PlotFrame) -> String {
    let n = NumberText.coordinate
    var result = ""
    for stretch in points.split(whereSeparator: { !isShowable($0) || $0.interval == nil }) {
      let places = stretch.compactMap { point -> (x: Double, top: Double, bottom: Double)? in
        guard let x = frame.horizontal(point.step), let interval = point.interval else { return nil }
        // An end that has no place, as 0 on a logarithmic axis, lies beyond the frame.
        let top = frame.vertical(interval.upperBound) ?? 0
        let bottom = frame.vertical(interval.lowerBound) ?? frame.plotHeight
        return (x, min(max(top, -1e5), 1e5), min(max(bottom, -1e5), 1e5))
      }
      guard let first = places.first else { continue }
      guard places.count > 1 else {
        result += """
          <path class="\(PlotStyle.seriesClass(index))" fill="none" stroke="currentColor" stroke-width="6" stroke-opacity="0.3" \
          d="M\(n(first.x)) \(n(first.top))V\(n(first.bottom))"/>
          """
        continue
      }
      let upper = places.enumerated().map { "\($0 == 0 ? "M" : "L")\(n($1.x)) \(n($1.top))" }.joined()
      let lower = places.reversed().map { "L\(n($0.x)) \(n($0.bottom))" }.joined()
      result +=
        "<path class=\"\(PlotStyle.seriesClass(index))\" fill=\"currentColor\" fill-opacity=\"0.15\" stroke=\"none\" d=\"\(upper)\(lower)Z\"/>"
    }
    return result
  }

  private func line(_ points: [Point], index: Int, frame: PlotFrame) -> String {
    let path = PlotRanges.path(PlotRanges.runs(points.map { PlotPoint(x: $0.step, y: $0.value) }, in: frame))
    guard !path.isEmpty else { return "" }
    let dash = PlotStyle.dash(index)
    let isDot = points.count(where: isShowable) == 1
    return """
      <path class="\(PlotStyle.seriesClass(index))" fill="none" stroke="currentColor" stroke-width="\(isDot ? "7" : "1.8")" \
      stroke-linejoin="round" stroke-linecap="round"\(dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"") d="\(path)"/>
      """
  }
}
