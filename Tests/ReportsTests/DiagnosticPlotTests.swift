import Foundation
import Testing

@testable import Reports

@Suite struct DiagnosticPlotTests {
  /// How often `part` occurs in `text`.
  private func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

  /// The extents of the rectangle inside the axes, as the drawing says them.
  private func extents(_ svg: String) -> (width: Double, height: Double) {
    let parts = svg.components(separatedBy: "\n<svg x=\"").dropFirst().first?.components(separatedBy: "\"") ?? []
    return (Double(parts.dropFirst(4).first ?? "") ?? 0, Double(parts.dropFirst(6).first ?? "") ?? 0)
  }

  @Test func eigenvaluesStandWhereTheyAre() {
    let plane = ComplexPlane(
      title: "a < b",
      series: [
        .init(label: "initial", values: [.init(real: 1, imaginary: -1), .init(real: 2, imaginary: 0, isConverged: false)]),
        .init(label: "now", values: [.init(real: 0, imaginary: 0.5), .init(real: 0, imaginary: 1.5)]),
      ], boundary: .unitCircle, realRange: -2...2, imaginaryRange: -2...2)
    let svg = plane.svg
    let n = NumberText.coordinate
    let side = extents(svg).width
    #expect(Markup.isWellFormed(svg) && side > 200 && extents(svg).height == side)
    #expect(svg.contains("cx=\"\(n(side / 2))\" cy=\"\(n(side / 2))\" r=\"\(n(side / 4))\""))
    #expect(svg.contains("fill=\"currentColor\" cx=\"\(n(side * 0.75))\" cy=\"\(n(side * 0.75))\""))
    #expect(svg.contains("fill=\"none\" cx=\"\(n(side))\" cy=\"\(n(side / 2))\""))
    #expect(svg.contains("L\(n(side / 2)) \(n(side * 3 / 8 - 5))L"))  // the diamond's tip
    #expect(svg.contains(">1 of 2 outside the unit circle<") && svg.contains(">not converged<") && plane.svg == svg)
  }

  @Test func imaginaryAxisParts() {
    let plane = ComplexPlane(title: "", series: [.init(label: "", values: [.init(real: -3, imaginary: 0.1)])], boundary: .imaginaryAxis)
    #expect(plane.svg.contains(">0 of 1 right of the imaginary axis<") && Markup.isWellFormed(plane.svg))
    #expect(!plane.svg.contains("not converged"))
  }

  @Test func bandsAndReferencesStandAtTheirValues() {
    let chart = BandChart(
      title: "accuracy",
      series: [.init(label: "a & b", points: (0...4).map { .init(step: Double($0), value: 0.75, interval: 0.5...1) })],
      band: .init(0.4...0.6, label: "null"), references: [.init(value: 0.5, label: "chance")], yRange: 0...1)
    let svg = chart.svg
    let n = NumberText.coordinate
    let (width, height) = extents(svg)
    #expect(Markup.isWellFormed(svg))
    #expect(svg.contains("x=\"0\" y=\"\(n(height * 0.4))\" width=\"\(n(width))\" height=\"\(n(height * 0.2))\""))
    #expect(svg.contains("d=\"M0 \(n(height / 2))H\(n(width))\""))
    // The ribbon runs along its upper ends and back along its lower ones.
    #expect(svg.contains("d=\"M0 0L\(n(width / 4)) 0L\(n(width / 2)) 0L") && svg.contains("L0 \(n(height / 2))Z\""))
    #expect(svg.contains(">chance</text>") && svg.contains(">null</text>") && svg.contains(">a &amp; b</text>"))
    #expect(svg.contains("width=\"520\""))
  }

  @Test func bandChartBreaksAndCounts() {
    let values = [1, 2, .nan, 3, 0, 10]
    let points = values.enumerated().map { BandChart.Point(step: Double($0), value: $1) }
    let linear = BandChart(title: "", series: [.init(label: "", points: points)]).svg
    #expect(linear.contains("1 of 6 values are not finite"))
    let logarithmic = BandChart(title: "", series: [.init(label: "", points: points)], isYLogarithmic: true).svg
    #expect(logarithmic.contains("2 of 6 values are not finite, or not above 0"))
    let path = logarithmic.components(separatedBy: "stroke-linecap=\"round\" d=\"").last?.prefix { $0 != "\"" } ?? ""
    #expect(count("M", in: String(path)) == 3)
    // An interval down to 0 reaches the lower edge of a logarithmic chart.
    let open = BandChart(
      title: "",
      series: [.init(label: "", points: [.init(step: 0, value: 1, interval: 0...2), .init(step: 1, value: 1, interval: 0...2)])],
      isYLogarithmic: true
    ).svg
    let height = extents(open).height
    #expect(open.contains("L0 \(NumberText.coordinate(height))Z"))
  }

  @Test func referenceLabelsDoNotTouch() {
    let references = [0.5, 0.51, 0.505, 0.0, 1].map { LineChart.Reference(value: $0, label: "at \($0)") }
    let frame = PlotFrame(
      title: "", x: PlotAxis(label: "", range: 0...1), y: PlotAxis(label: "", range: 0...1), width: 300, height: 200)
    let marks = ReferenceLines(references + [.init(value: 7, label: "outside")], in: frame)
    let heights = marks.labels.components(separatedBy: " y=\"").dropFirst().compactMap { Double($0.prefix { $0 != "\"" }) }
    #expect(heights.count == 5 && !marks.labels.contains("outside") && count("class=\"mark\"", in: marks.lines) == 5)
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 14.99 })
    #expect(heights.allSatisfy { $0 > 0 && $0 <= frame.plotHeight + 4.01 })
    #expect(
      marks.labels.range(of: "at 0.51<")?.lowerBound ?? marks.labels.endIndex < marks.labels.range(of: "at 0.5<")?.lowerBound
        ?? marks.labels.startIndex)
  }

  @Test func shadesFollowTheShare() {
    #expect(ShareStrip.shade(1) == 0 && ShareStrip.shade(2) == 4 && ShareStrip.shade(0.5) == -4)
    #expect(ShareStrip.shade(4) == 8 && ShareStrip.shade(100) == 8 && ShareStrip.shade(0) == -8 && ShareStrip.shade(0.1) == -8)
    #expect(ShareStrip.shade(1.02) == 0)
  }

  @Test func stripHasARowForEachMode() {
    let strip = ShareStrip(title: "t", steps: [0, 10, 20], shares: [[1, 0], [1, 0], [0.5, .nan]])
    let svg = strip.svg
    let n = NumberText.coordinate
    let (width, height) = extents(svg)
    #expect(Markup.isWellFormed(svg))
    // The lower mode has twice its target until half way between the last two steps; the upper one nothing.
    #expect(svg.contains("fill-opacity=\"0.5\" d=\"M0 \(n(height / 2 + 0.5))h\(n(width * 0.75))v\(n(height / 2 - 1))H0Z\""))
    #expect(svg.contains("fill-opacity=\"1\" d=\"M0 0.5h\(n(width * 0.75))v\(n(height / 2 - 1))H0Z\""))
    #expect(svg.contains("1 of 6 values are no shares") && svg.contains("d=\"M\(n(width * 0.75)) \(n(height / 4))H\(n(width))\""))
    // Targets of the user's own.
    let own = ShareStrip(title: "t", steps: [0], shares: [[0.9, 0.1]], targets: [0.9, 0.1]).svg
    #expect(count("fill-opacity=\"0\" d=\"M0 ", in: own) == 1 && !own.contains("fill-opacity=\"0.5\" d=\"M0 "))
  }

  @Test func longRunsAreMerged() {
    let steps = (0..<10_000).map(Double.init)
    let svg = ShareStrip(title: "", steps: steps, shares: steps.map { $0.truncatingRemainder(dividingBy: 200) < 100 ? [1, 0] : [0, 1] }).svg
    #expect(svg.utf8.count < 60_000 && Markup.isWellFormed(svg))
  }

  @Test func pathChartHasTwoAxes() {
    let chart = PathChart(
      title: "",
      points: [.init(position: 0, cosine: 1, norm: 100), .init(position: 1, cosine: 1, norm: 1), .init(position: 2, cosine: -1, norm: 10)])
    #expect(chart.signChanges == [1.5])
    let svg = chart.svg
    let n = NumberText.coordinate
    let (width, height) = extents(svg)
    #expect(Markup.isWellFormed(svg))
    #expect(svg.contains("d=\"M\(n(width * 0.75)) 0V\(n(height))\""))
    // The norm of 10 stands half way on the logarithmic axis; the cosine's axis is symmetric.
    let paths = svg.components(separatedBy: "stroke-linecap=\"round\"").dropFirst().map { $0.components(separatedBy: "d=\"M")[1] }
    #expect(paths[1].prefix { $0 != "\"" }.hasSuffix("L\(n(width)) \(n(height / 2))"))
    #expect(svg.contains("M0 \(n(height / 2))H\(n(width))"))
    #expect(svg.contains(">path-norm</text>") && svg.contains(">100</text>"))
  }

  @Test func signChangesPassOverZeros() {
    func changes(_ cosines: [Double]) -> [Double] {
      PathChart(title: "", points: cosines.enumerated().map { .init(position: Double($0), cosine: $1, norm: 1) }).signChanges
    }
    #expect(changes([1, 0, -1]) == [1] && changes([1, 0, 1]).isEmpty && changes([1, .nan, -1]) == [1] && changes([]).isEmpty)
    #expect(changes([-1, 1, -1]) == [0.5, 1.5])
  }

  @Test func portraitMarksBothEnds() {
    let portrait = PhasePortrait(
      title: "x & y", trajectories: [.init(label: "run", points: [PlotPoint(x: -1, y: -1), PlotPoint(x: 0, y: 1), PlotPoint(x: 1, y: 1)])],
      arrows: [
        .init(place: PlotPoint(x: 0, y: 0), direction: PlotPoint(x: 0, y: 2)),
        .init(place: PlotPoint(x: 0, y: 0), direction: PlotPoint(x: 0, y: 0)),
      ],
      circles: [.init(center: PlotPoint(x: 0, y: 0), radius: 1)])
    let svg = portrait.svg
    let n = NumberText.coordinate
    let side = extents(svg).width
    let low = side * 0.12 / 2.24 / 1.0  // 6 % of 2 beyond each end
    #expect(Markup.isWellFormed(svg) && side > 200)
    #expect(svg.contains("fill=\"none\" cx=\"\(n(low))\" cy=\"\(n(side - low))\" r=\"5\""))
    #expect(svg.contains("d=\"M\(n(low)) \(n(side - low))L\(n(side / 2)) \(n(low))L\(n(side - low)) \(n(low))\""))
    #expect(svg.contains("r=\"\(n(side / 2.24))\""))
    // Up is up: the arrow's tip is above its tail, and an arrow of length 0 is left out.
    #expect(svg.contains("M\(n(side / 2)) \(n(side / 2 + 13))L\(n(side / 2)) \(n(side / 2 - 13))"))
    #expect(count("class=\"axis\" stroke-opacity", in: svg) == 1)
  }

  @Test func nothingToShowIsSaid() {
    let nan = Double.nan
    let drawings = [
      ComplexPlane(title: "t", series: [], boundary: .unitCircle).svg,
      ComplexPlane(title: "t", series: [.init(label: "a", values: [.init(real: nan, imaginary: 0)])], boundary: .imaginaryAxis).svg,
      BandChart(title: "t", series: []).svg,
      BandChart(title: "t", series: [.init(label: "a", points: [.init(step: 0, value: nan)])], isYLogarithmic: true).svg,
      ShareStrip(title: "t", steps: [], shares: []).svg, ShareStrip(title: "t", steps: [nan], shares: [[nan, nan]]).svg,
      PathChart(title: "t", points: []).svg, PathChart(title: "t", points: [.init(position: 0, cosine: nan, norm: -1)]).svg,
      PhasePortrait(title: "t", trajectories: []).svg,
      PhasePortrait(title: "t", trajectories: [.init(label: "a", points: [PlotPoint(x: nan, y: 0)])]).svg,
    ]
    for svg in drawings {
      #expect(Markup.isWellFormed(svg) && !svg.contains("nan") && !svg.contains("inf"))
      #expect(svg.contains(">no values<") || svg.contains(" of "), "\(svg)")
    }
  }

  @Test func onePointIsADot() {
    let drawings = [
      ComplexPlane(title: "", series: [.init(label: "a", values: [.init(real: 5, imaginary: 5)])], boundary: .unitCircle).svg,
      BandChart(title: "", series: [.init(label: "a", points: [.init(step: 3, value: 2, interval: 1...3)])]).svg,
      ShareStrip(title: "", steps: [7], shares: [[0.5, 0.5]]).svg,
      PathChart(title: "", points: [.init(position: 1, cosine: 0.5, norm: 2)]).svg,
      PhasePortrait(title: "", trajectories: [.init(label: "a", points: [PlotPoint(x: 3, y: 4)])]).svg,
    ]
    for svg in drawings { #expect(Markup.isWellFormed(svg) && !svg.contains("nan") && !svg.contains("inf")) }
    #expect(drawings[1].contains("h0\"") && drawings[3].contains("h0\"") && drawings[4].contains("h0\""))
  }
}
