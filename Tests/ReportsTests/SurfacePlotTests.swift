import Foundation
import Testing

@testable import Reports

@Suite struct SurfacePlotTests {
  /// A plot of `function` at the middles of 20 × 20 cells of [-1, 1]².
  private func plot(level: Double = 0, _ function: (Double, Double) -> Double) -> SurfacePlot {
    let middles = (0..<20).map { (Double($0) + 0.5) / 10 - 1 }
    return SurfacePlot(
      title: "a < b", xRange: -1...1, yRange: -1...1, values: middles.flatMap { y in middles.map { function($0, y) } }, level: level)
  }

  private func frame(_ plot: SurfacePlot) -> PlotFrame {
    PlotFrame(
      title: plot.title, x: PlotAxis(label: "", range: plot.xRange), y: PlotAxis(label: "", range: plot.yRange), width: plot.width,
      height: plot.width, isSquare: true)
  }

  /// The ends of a path's pieces, from −1 to 1 with up being up.
  private func ends(_ path: String, _ frame: PlotFrame) -> [(x: Double, y: Double)] {
    path.split(whereSeparator: { "ML".contains($0) }).map { pair in
      let numbers = pair.split(separator: " ").map { Double($0) ?? .nan }
      return (2 * numbers[0] / frame.plotWidth - 1, 1 - 2 * numbers[1] / frame.plotHeight)
    }
  }

  @Test func theLineStandsWhereTheFunctionHasItsLevel() {
    let plane = plot(level: 0.25) { x, _ in x }
    let line = ends(plane.contour(in: frame(plane)), frame(plane))
    #expect(line.count == 2 * 19 && line.allSatisfy { abs($0.x - 0.25) < 1e-3 })
    let circle = plot { x, y in x * x + y * y - 0.5 }
    let round = ends(circle.contour(in: frame(circle)), frame(circle))
    #expect(round.count > 40 && round.allSatisfy { abs($0.x * $0.x + $0.y * $0.y - 0.5) < 0.01 })
    #expect(plot { _, _ in 1 }.contour(in: frame(plane)).isEmpty)
  }

  @Test func upIsUpAndBlueIsAbove() throws {
    let plot = plot { _, y in y }
    let svg = plot.svg
    #expect(Markup.isWellFormed(svg) && abs(plot.strongest - 0.95) < 1e-9)
    let cell = frame(plot).plotHeight / 20
    // Blue at full strength in the uppermost row, orange in the lowest one.
    let strong = svg.components(separatedBy: "<path class=\"s").filter {
      $0.contains("fill-opacity=\"0.75\"") && $0.contains("v\(NumberText.coordinate(cell + 0.3))")
    }
    let blue = try #require(strong.first { $0.hasPrefix("0") })
    let orange = try #require(strong.first { $0.hasPrefix("1") })
    #expect(blue.contains("d=\"M0 0h") || blue.contains("M0 0h"))
    #expect(orange.contains("M0 \(NumberText.coordinate(frame(plot).plotHeight - cell))h"))
    #expect(svg.contains(">≥ 0.95<") && svg.contains(">≤ -0.95<"))
    #expect(try TextExtent.all(in: svg).allSatisfy(\.isInside))
  }

  @Test func whatIsNotFiniteIsCounted() {
    #expect(plot { x, _ in x > 0.9 ? .nan : x }.svg.contains("20 of 400 values are not finite"))
    let nothing = plot { _, _ in .nan }.svg
    #expect(nothing.contains(">no values<") && Markup.isWellFormed(nothing) && !nothing.contains("nan"))
    let flat = plot { _, _ in 0 }.svg
    #expect(Markup.isWellFormed(flat) && !flat.contains("nan"))
  }

  @Test func samplesArrowsAndModesLieOverIt() {
    var plot = plot { x, _ in x }
    plot.points = [PlotPoint(x: 0, y: 0), PlotPoint(x: 5, y: 0), PlotPoint(x: .nan, y: 0)]
    plot.arrows = [
      .init(place: PlotPoint(x: 0, y: 0), direction: PlotPoint(x: 1, y: 0)),
      .init(place: PlotPoint(x: 0, y: 0), direction: PlotPoint(x: 0, y: 0)),
    ]
    plot.circles = [.init(center: PlotPoint(x: 0.5, y: 0), radius: 0.1)]
    let svg = plot.svg
    let half = NumberText.coordinate(frame(plot).plotWidth / 2)
    #expect(svg.contains("stroke-linecap=\"round\" d=\"M\(half) \(half)h0\""))
    #expect(svg.components(separatedBy: "class=\"mark\" stroke-opacity").count == 2)
    #expect(svg.contains("cx=\"\(NumberText.coordinate(frame(plot).plotWidth * 0.75))\""))
  }

  @Test func drawingsOfAPageHaveNamesForFiles() {
    let chart = { (title: String) in LineChart(title: title, series: [.init(label: "a", values: [1, 2])]).svg }
    let picture = Picture(.drawing(svg: ScatterPlot(title: "r1-penalty:gamma=0.1, seed 2", samples: [0, 0]).svg), label: "")
    let page = HTMLPage(
      title: "",
      blocks: [
        .gallery(Gallery(reference: Picture(.drawing(svg: chart("Fréchet distance")), label: ""), rows: [.init("", [picture])])),
        .figures(svgs: [chart("Player's losses"), chart("Player's losses")], caption: ""), .figure(svg: chart(""), caption: ""),
        .paragraph("<svg></svg>"),
      ])
    #expect(
      page.drawings.map(\.name) == ["frechet-distance", "r1-penalty-gamma-0.1-seed-2", "players-losses", "players-losses-2", "figure"])
    // Each carries its rules, so that it looks right by itself.
    #expect(
      page.drawings.allSatisfy {
        $0.svg.hasPrefix("<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\"") && $0.svg.contains("<style>")
      })
  }
}
