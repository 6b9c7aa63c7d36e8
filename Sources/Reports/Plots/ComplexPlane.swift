/// Eigenvalues in the complex plane with the boundary of stability, as an SVG drawing with equal scales on both axes.
///
/// Values whose residual is too large to trust are drawn hollow.
public struct ComplexPlane: Sendable, Equatable {
  /// The boundary between stable and unstable.
  public enum Boundary: Sendable, Equatable {
    /// Of an update map: stable inside.
    case unitCircle
    /// Of a vector field: stable to its left.
    case imaginaryAxis
  }

  /// One eigenvalue.
  public struct Value: Sendable, Equatable {
    public var real: Double
    public var imaginary: Double
    /// Whether the solver's residual is small enough to trust it; hollow otherwise.
    public var isConverged: Bool

    public init(real: Double, imaginary: Double, isConverged: Bool = true) {
      self.real = real
      self.imaginary = imaginary
      self.isConverged = isConverged
    }
  }

  /// Eigenvalues that belong together, such as those at the start and now.
  public struct Series: Sendable, Equatable {
    /// What the legend calls them.
    public var label: String
    public var values: [Value]

    public init(label: String, values: [Value]) {
      self.label = label
      self.values = values
    }
  }

  /// The title.
  public var title: String
  /// The eigenvalues; each series has its own colour and shape, and later ones lie on top.
  public var series: [Series]
  /// The boundary of stability.
  public var boundary: Boundary
  /// The range of real parts; `nil` (the default) for that of the values and the boundary.
  public var realRange: ClosedRange<Double>?
  /// The range of imaginary parts; `nil` (the default) for that of the values and the boundary.
  public var imaginaryRange: ClosedRange<Double>?
  /// The width in pixels, at least 200; 360 by default.
  public var width: Double

  /// Creates a plot; see the fields.
  public init(
    title: String, series: [Series], boundary: Boundary, realRange: ClosedRange<Double>? = nil,
    imaginaryRange: ClosedRange<Double>? = nil, width: Double = 360
  ) {
    precondition(width >= 200, "a plot of the complex plane needs 200 pixels at least")
    self.title = title
    self.series = series
    self.boundary = boundary
    self.realRange = realRange
    self.imaginaryRange = imaginaryRange
    self.width = width
  }

  /// The drawing, as an SVG element.
  public var svg: String {
    let n = NumberText.coordinate
    let all = series.flatMap(\.values)
    let finite = all.filter { $0.real.isFinite && $0.imaginary.isFinite }
    let edge = boundary == .unitCircle ? [-1.0, 1] : [0]
    let ranges = PlotRanges.square(
      realRange ?? PlotAxis.range(of: finite.map(\.real) + edge, isLogarithmic: false, air: 0.08) ?? -1...1,
      // Spectra of real maps are symmetric about the real axis: so is their plot.
      imaginaryRange ?? PlotAxis.range(of: finite.flatMap { [$0.imaginary, -$0.imaginary] } + edge, isLogarithmic: false, air: 0.08)
        ?? -1...1)
    var frame = PlotFrame(
      title: title, note: note(finite: finite, all: all.count), x: PlotAxis(label: "real part", range: ranges.x),
      y: PlotAxis(label: "imaginary part", range: ranges.y), width: width, height: width, isSquare: true)

    var content = ""
    if let x = frame.horizontal(0), let y = frame.vertical(0) {
      content += "<path class=\"axis\" stroke-opacity=\"0.6\" d=\"M0 \(n(y))H\(n(frame.plotWidth))\"/>"
      switch boundary {
      case .unitCircle:
        let radius = frame.plotWidth / (ranges.x.upperBound - ranges.x.lowerBound)
        content += "<circle class=\"mark\" stroke-dasharray=\"5 3\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\"/>"
      case .imaginaryAxis:
        content += "<path class=\"mark\" stroke-dasharray=\"5 3\" d=\"M\(n(x)) 0V\(n(frame.plotHeight))\"/>"
      }
    }
    var entries: [SwatchLegend.Entry] = []
    for (index, one) in series.enumerated() {
      let marker = PlotMarker(series: index)
      for value in one.values {
        guard let x = frame.horizontal(value.real), let y = frame.vertical(value.imaginary), abs(x) < 1e5, abs(y) < 1e5 else { continue }
        content += marker.svg(x: x, y: y, index: index, isFilled: value.isConverged)
      }
      entries.append(marker.entry(one.label, index: index, isFilled: true))
    }
    if let index = series.firstIndex(where: { $0.values.contains { !$0.isConverged } }) {
      entries.append(PlotMarker(series: index).entry("not converged", index: index, isFilled: false))
    }
    entries.append(
      SwatchLegend.Entry(label: boundary == .unitCircle ? "unit circle" : "imaginary axis") { x, y in
        "<path class=\"mark\" stroke-dasharray=\"5 3\" d=\"M\(n(x)) \(n(y))h\(n(SwatchLegend.swatchWidth))\"/>"
      })
    let legend = SwatchLegend(entries, left: frame.left, top: frame.height, width: width)
    frame.below = legend.height
    return frame.svg(content: content, lower: legend.svg)
  }

  /// How many values of the last series lie beyond the boundary, and what is not shown.
  private func note(finite: [Value], all: Int) -> String {
    guard all > 0 else { return "no values" }
    guard finite.count == all else { return PlotRanges.omitted(all - finite.count, of: all, reason: "not finite") }
    guard let last = series.last, !last.values.isEmpty else { return "" }
    func text(_ count: Int) -> String { NumberText.fixed(Double(count), digits: 0) }
    switch boundary {
    case .unitCircle:
      let outside = last.values.count { $0.real * $0.real + $0.imaginary * $0.imaginary > 1 }
      return "\(text(outside)) of \(text(last.values.count)) outside the unit circle"
    case .imaginaryAxis:
      let right = last.values.count { $0.real > 0 }
      return "\(text(right)) of \(text(last.values.count)) right of the imaginary axis"
    }
  }
}
