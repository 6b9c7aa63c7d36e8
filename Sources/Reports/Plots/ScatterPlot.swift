/// Samples in the plane, with the modes that they should reach, as an SVG drawing with equal scales on both axes.
public struct ScatterPlot: Sendable, Equatable {
  /// A circle in the plot's units: a mode's three standard deviations.
  public struct Circle: Sendable, Equatable {
    public var center: PlotPoint
    public var radius: Double

    public init(center: PlotPoint, radius: Double) {
      self.center = center
      self.radius = radius
    }
  }

  /// The title.
  public var title: String
  /// The samples. Those that are not finite are counted, not drawn.
  public var points: [PlotPoint]
  /// The modes' circles.
  public var circles: [Circle]
  /// Which of the palette's colours the samples have, from 0; `nil` for that of text, as real samples have it.
  public var colorIndex: Int?
  /// The range of the horizontal axis; `nil` (the default) to choose one.
  public var xRange: ClosedRange<Double>?
  /// The range of the vertical axis; `nil` (the default) to choose one.
  public var yRange: ClosedRange<Double>?
  /// The width in pixels, at least 80; 300 by default.
  public var width: Double
  /// Whether there are axes with numbers; `true` by default. Without, and without a title, many plots of one range fit on a page.
  public var hasAxes = true
  /// The most samples drawn, evenly chosen; 1,000 by default.
  public var maximumPoints: Int

  /// Creates a plot; see the fields.
  public init(
    title: String, points: [PlotPoint], circles: [Circle] = [], colorIndex: Int? = 0, xRange: ClosedRange<Double>? = nil,
    yRange: ClosedRange<Double>? = nil, width: Double = 300, maximumPoints: Int = 1000
  ) {
    precondition(width >= 80 && maximumPoints > 0 && colorIndex ?? 0 >= 0, "a plot needs room, points and a color")
    self.title = title
    self.points = points
    self.circles = circles
    self.colorIndex = colorIndex
    self.xRange = xRange
    self.yRange = yRange
    self.width = width
    self.maximumPoints = maximumPoints
  }

  /// Creates a plot of the first two coordinates of samples.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - samples: `n × dimension` numbers, row major; with one coordinate, the vertical one is 0.
  ///   - dimension: How many coordinates a sample has, at least 1.
  ///   - centers: The modes' centres, each of `dimension` numbers.
  ///   - standardDeviation: The modes' standard deviation; circles have three times it as their radius.
  ///   - colorIndex: Which of the palette's colours the samples have, from 0; `nil` for that of text.
  public init(
    title: String, samples: [Float], dimension: Int = 2, centers: [[Float]] = [], standardDeviation: Float = 0,
    colorIndex: Int? = 0
  ) {
    precondition(
      dimension > 0 && samples.count.isMultiple(of: dimension), "samples must be rows of \(dimension) numbers")
    func point(_ row: some RandomAccessCollection<Float>) -> PlotPoint {
      PlotPoint(x: Double(row.first ?? 0), y: Double(row.dropFirst().first ?? 0))
    }
    self.init(
      title: title,
      points: stride(from: 0, to: samples.count, by: dimension).map { point(samples[$0..<($0 + dimension)]) },
      circles: centers.map { Circle(center: point($0), radius: 3 * Double(standardDeviation)) }, colorIndex: colorIndex)
  }

  /// The same plots with the same axes: small multiples that can be compared at a glance.
  public static func withCommonAxes(_ plots: [ScatterPlot]) -> [ScatterPlot] {
    let ranges = plots.map(\.chosenRanges)
    guard let first = ranges.first else { return [] }
    let common = ranges.dropFirst().reduce(first) { (union($0.x, $1.x), union($0.y, $1.y)) }
    return plots.map { plot in
      var plot = plot
      (plot.xRange, plot.yRange) = common
      return plot
    }
  }

  /// The drawing, as an SVG element.
  public var svg: String {
    let ranges = Self.square(chosenRanges)
    let n = NumberText.coordinate
    let finite = points.filter { $0.x.isFinite && $0.y.isFinite }
    let inside = finite.filter { ranges.x.contains($0.x) && ranges.y.contains($0.y) }
    let note = note(inside: inside.count, finite: finite.count)
    let axes = (x: PlotAxis(label: "", range: ranges.x), y: PlotAxis(label: "", range: ranges.y))
    let frame =
      hasAxes
      ? PlotFrame(title: title, note: note, x: axes.x, y: axes.y, width: width, height: width, isSquare: true)
      : PlotFrame(bare: title, x: axes.x, y: axes.y, width: width)

    let scale = frame.plotWidth / (ranges.x.upperBound - ranges.x.lowerBound)
    var marks = ""
    for circle in circles {
      guard let x = frame.horizontal(circle.center.x), let y = frame.vertical(circle.center.y) else { continue }
      marks += "<circle class=\"mark\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(max(2, circle.radius * scale)))\"/>"
    }
    // A line of length 0 with round ends is a dot: a third of the bytes of a circle.
    var dots = ""
    let stride = max(1, (inside.count + maximumPoints - 1) / maximumPoints)
    for index in Swift.stride(from: 0, to: inside.count, by: stride) {
      guard let x = frame.horizontal(inside[index].x), let y = frame.vertical(inside[index].y) else { continue }
      dots += "M\(n(x)) \(n(y))h0"
    }
    let color = colorIndex.map(PlotStyle.seriesClass) ?? "ink"
    return frame.svg(
      content: """
        <path class="\(color)" d="\(dots)" fill="none" stroke="currentColor" stroke-width="\(hasAxes ? "3" : "2")" \
        stroke-linecap="round" stroke-opacity="\(hasAxes ? "0.6" : "0.7")"/>\(marks)
        """)
  }

  /// How many samples there are, and how many of them are not shown.
  private func note(inside: Int, finite: Int) -> String {
    func text(_ count: Int) -> String { NumberText.fixed(Double(count), digits: 0) }
    let all = text(points.count)
    guard inside < points.count else { return points.count == 1 ? "1 sample" : "\(all) samples" }
    var parts: [String] = []
    if finite > inside { parts.append("\(text(finite - inside)) of \(all) outside") }
    if points.count > finite {
      parts.append("\(text(points.count - finite))\(parts.isEmpty ? " of \(all)" : "") not finite")
    }
    return parts.joined(separator: ", ")
  }

  /// The ranges given; where there are none, those of the modes with air around them; without modes, those of the samples.
  private var chosenRanges: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    func range(_ coordinate: (PlotPoint) -> Double) -> ClosedRange<Double> {
      let modes = circles.flatMap { circle in
        [coordinate(circle.center) - circle.radius, coordinate(circle.center) + circle.radius]
      }
      let chosen =
        modes.isEmpty
        ? PlotAxis.range(of: points.lazy.map(coordinate), isLogarithmic: false)
        : PlotAxis.range(of: modes, isLogarithmic: false, air: 0.2)
      return chosen ?? -1...1
    }
    return (xRange ?? range(\.x), yRange ?? range(\.y))
  }

  /// Widens the shorter range to the length of the longer one.
  private static func square(
    _ ranges: (x: ClosedRange<Double>, y: ClosedRange<Double>)
  ) -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    let length = max(ranges.x.upperBound - ranges.x.lowerBound, ranges.y.upperBound - ranges.y.lowerBound)
    func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      let middle = (range.lowerBound + range.upperBound) / 2
      let half = max(length, 1e-9) / 2
      return min(range.lowerBound, middle - half)...max(range.upperBound, middle + half)
    }
    return (widened(ranges.x), widened(ranges.y))
  }

  private static func union(_ first: ClosedRange<Double>, _ second: ClosedRange<Double>) -> ClosedRange<Double> {
    min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
  }
}
