import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct PlotTests {
  /// How often `part` occurs in `text`.
  private func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

  @Test func malformedDrawingsAreNoticed() {
    #expect(!Markup.isWellFormed("<svg><g></svg>"))
    #expect(!Markup.isWellFormed("<svg>a < b</svg>"))
    #expect(!Markup.isWellFormed("<svg a=1/>"))
    #expect(!Markup.isWellFormed("<svg a=\"1\"b=\"2\"/>"))
    #expect(!Markup.isWellFormed("<svg>a & b</svg>"))
    #expect(Markup.isWellFormed("<svg><g a=\"1\"/>a &amp; b</svg>"))
  }

  @Test func ticksAreRound() {
    func labels(_ low: Double, _ high: Double, _ target: Int, logarithmic: Bool = false) -> [String] {
      PlotAxis(label: "", range: low...high, isLogarithmic: logarithmic).ticks(target: target).map(\.label)
    }
    #expect(labels(0, 10, 5) == ["0", "2", "4", "6", "8", "10"])
    #expect(labels(-0.31, 0.33, 3) == ["-0.2", "0.0", "0.2"])
    #expect(labels(0, 20_000, 4) == ["0", "5,000", "10,000", "15,000", "20,000"])
    #expect(labels(-1.1e-6, 1.1e-6, 4) == ["-10⁻⁶", "-5×10⁻⁷", "0", "5×10⁻⁷", "10⁻⁶"])
    #expect(labels(0.01, 100, 8, logarithmic: true) == ["0.01", "0.1", "1", "10", "100"])
    #expect(labels(0.3, 6, 8, logarithmic: true) == ["0.5", "1", "2", "5"])
    #expect(labels(1e-8, 1e8, 4, logarithmic: true) == ["10⁻⁸", "10⁻⁴", "1", "10⁴", "10⁸"])
    #expect(labels(3, 3, 4).isEmpty)
  }

  @Test func ticksStayInsideAndAscend() {
    for exponent in -12...12 {
      for factor in [1.0, 1.7, 3.3, 7.1] {
        let high = factor * pow(10, Double(exponent))
        for low in [-high, 0, high / 3] {
          let ticks = PlotAxis(label: "", range: low...high).ticks(target: 5)
          #expect((2...10).contains(ticks.count))
          #expect(Set(ticks.map(\.label)).count == ticks.count, "\(ticks)")
          let slack = (high - low) * 1e-6
          #expect(ticks.allSatisfy { $0.value >= low - slack && $0.value <= high + slack })
        }
      }
    }
  }

  @Test func axesMapValues() {
    let linear = PlotAxis(label: "", range: 2...4)
    #expect(linear.fraction(3) == 0.5 && linear.fraction(5) == 1.5 && linear.fraction(.nan) == nil)
    let logarithmic = PlotAxis(label: "", range: 1...100, isLogarithmic: true)
    #expect(logarithmic.fraction(10) == 0.5 && logarithmic.fraction(0) == nil)
    #expect(PlotAxis.range(of: [.nan, .infinity], isLogarithmic: false) == nil)
    #expect(PlotAxis.range(of: [5.0, 5], isLogarithmic: false) == 4.5...5.5)
    #expect(PlotAxis.range(of: [0.0, 10], isLogarithmic: false, air: 0.1) == -1...11)
  }

  @Test func scatterPlacesSamplesAndModes() {
    let plot = ScatterPlot(
      title: "a < b", points: [PlotPoint(x: 0, y: 0)], circles: [.init(center: PlotPoint(x: 1, y: 1), radius: 0.5)],
      xRange: -2...2, yRange: -2...2)
    let svg = plot.svg
    #expect(Markup.isWellFormed(svg))
    #expect(svg.contains("aria-label=\"a &lt; b\"") && svg.contains("1 sample<"))
    // The rectangle is square; the sample is in its middle, the circle at three quarters and one quarter.
    let side = Double(svg.split(separator: "y=\"46\" width=\"")[1].prefix { $0 != "\"" }) ?? 0
    let n = NumberText.coordinate
    #expect(side > 200)
    #expect(svg.contains("M\(n(side / 2)) \(n(side / 2))h0"))
    #expect(svg.contains("cx=\"\(n(side * 0.75))\" cy=\"\(n(side * 0.25))\" r=\"\(n(side / 8))\""))
  }

  @Test func scatterCountsWhatItDoesNotShow() {
    let far = [PlotPoint(x: 50, y: 0), PlotPoint(x: .nan, y: 0), PlotPoint(x: 0, y: -.infinity)]
    let near = (0..<2500).map { PlotPoint(x: Double($0) / 2500, y: 0) }
    let plot = ScatterPlot(title: "", points: near + far, xRange: -1...1, yRange: -1...1)
    #expect(plot.svg.contains("1 of 2,503 outside, 2 not finite"))
    #expect(count("h0", in: plot.svg) == 834)  // every third of 2,500
    #expect(Markup.isWellFormed(ScatterPlot(title: "", points: []).svg))
  }

  @Test func smallMultiplesShareAxes() {
    let plots = ScatterPlot.withCommonAxes([
      ScatterPlot(title: "a", points: [PlotPoint(x: 0, y: 0), PlotPoint(x: 1, y: 1)]),
      ScatterPlot(title: "b", points: [PlotPoint(x: 5, y: -3), PlotPoint(x: 6, y: 2)]),
    ])
    #expect(plots[0].xRange == plots[1].xRange && plots[0].yRange == plots[1].yRange)
    #expect(plots[0].xRange?.lowerBound == -0.04 && plots[0].xRange?.upperBound == 6.04)
    #expect(ScatterPlot.withCommonAxes([]).isEmpty)
  }

  @Test func scatterReadsRowsOfSamples() {
    let plot = ScatterPlot(
      title: "", samples: [1, 2, 9, 3, 4, 9], dimension: 3, centers: [[1, 2, 0]], standardDeviation: 0.5)
    #expect(plot.points == [PlotPoint(x: 1, y: 2), PlotPoint(x: 3, y: 4)])
    #expect(plot.circles == [.init(center: PlotPoint(x: 1, y: 2), radius: 1.5)])
    #expect(ScatterPlot(title: "", samples: [7], dimension: 1).points == [PlotPoint(x: 7, y: 0)])
  }

  @Test func runsOfOneLabelShareColorAndLegend() {
    let chart = LineChart(
      title: "loss",
      series: [
        .init(label: "one & two", values: [1, 2, 3]), .init(label: "one & two", values: [3, 2, 1]),
        .init(label: "three", values: [2, 2, 2]),
      ], yLabel: "loss", references: [.init(value: 2.5, label: "limit")])
    let svg = chart.svg
    #expect(Markup.isWellFormed(svg))
    #expect(count(">one &amp; two</text>", in: svg) == 1 && count(">three</text>", in: svg) == 1)
    #expect(count("class=\"s0\"", in: svg) == 3 && count("class=\"s1\"", in: svg) == 2)
    #expect(svg.contains(">limit</text>"))
    #expect(chart.svg == svg)
  }

  @Test func linesBreakWhereValuesAreNotFinite() {
    let svg = LineChart(title: "", series: [.init(label: "", values: [1, 2, .nan, 3, 4, .infinity, 5])]).svg
    #expect(svg.contains("2 of 7 values are not finite"))
    let path = svg.components(separatedBy: " d=\"").filter { $0.hasPrefix("M") && $0.contains("L") }
    #expect(path.count == 1 && count("M", in: String(path[0].prefix { $0 != "\"" })) == 3)
    let logarithmic = LineChart(title: "", series: [.init(label: "", values: [0, -1, 1, 10])], isYLogarithmic: true).svg
    #expect(logarithmic.contains("2 of 4 values are not finite, or not above 0"))
    #expect(Markup.isWellFormed(LineChart(title: "", series: []).svg))
    #expect(
      Markup.isWellFormed(LineChart(title: "", series: [.init(label: "a", values: [.nan])], isYLogarithmic: true).svg))
  }

  @Test func longRunsKeepTheirExtremes() {
    var values = [Double](repeating: 0, count: 200_000)
    values[123_456] = 1
    values[123_457] = -1
    let svg = LineChart(title: "", series: [.init(label: "", values: values)], yRange: -1...1, height: 300).svg
    #expect(svg.utf8.count < 60_000)
    let path = svg.components(separatedBy: " d=\"").first { $0.hasPrefix("M") && $0.contains("L") } ?? ""
    let heights = path.prefix { $0 != "\"" }.split(whereSeparator: { "ML".contains($0) }).compactMap {
      Double($0.split(separator: " ")[1])
    }
    let tall = heights.max() ?? 0
    #expect(heights.min() == 0 && tall > 200)
    #expect(heights.first == (tall / 2 * 100).rounded() / 100)
  }

  @Test func legendRowsDoNotOverlap() {
    let labels = (0..<12).map { "variant number \($0)" }
    let legend = SwatchLegend(labels.enumerated().map { SwatchLegend.line($1, index: $0) }, left: 40, top: 300, width: 520)
    var ends: [String: Double] = [:]
    for part in legend.svg.components(separatedBy: "<text x=\"").dropFirst() {
      let x = Double(part.prefix { $0 != "\"" }) ?? 0
      let y = String(part.components(separatedBy: "y=\"")[1].prefix { $0 != "\"" })
      #expect(x > ends[y] ?? 0)
      ends[y] = x + TextWidth.pixels("variant number 00")
      #expect(ends[y] ?? .infinity <= 530)
    }
    #expect(ends.count == Int((legend.height - 8) / 20))
  }

  @Test func longTextIsBrokenAndNothingOfItIsLost() {
    let name = "r1-penalty:gamma=0.5,every=16+label-smoothing:real=0.9 and_then_something_without_any_sign_to_break_at_that_is_long"
    for limit in [60.0, 100, 240, 5_000] {
      let lines = TextWidth.lines(name, limit: limit)
      #expect(lines.allSatisfy { TextWidth.pixels($0) <= limit && !$0.isEmpty && $0.last != " " })
      #expect(lines.joined().filter { $0 != " " } == name.filter { $0 != " " })
    }
    #expect(TextWidth.lines("a+b", limit: 20) == ["a", "+b"] && TextWidth.lines("one two", limit: 40) == ["one", "two"])
    #expect(TextWidth.lines("", limit: 20) == [""])
  }

  @Test func longNamesStayInsideTheDrawing() throws {
    let name = "r1-penalty:gamma=0.5,every=16+label-smoothing:real=0.9,fake=0.1+feature-matching:weight=100+spectral-normalization"
    for width in [240.0, 368, 520] {
      let drawings = [
        LineChart(
          title: name, series: (0..<12).map { .init(label: "\($0)" + name, values: [1, 2, 1e6]) },
          references: [.init(value: 1, label: name)],
          width: width
        ).svg,
        BandChart(
          title: name, series: [.init(label: name, points: [.init(step: 0, value: 1), .init(step: 1e9, value: -.infinity)])],
          band: .init(0...1, label: name), references: [.init(value: 1, label: name)], width: width
        ).svg,
        ScatterPlot(title: name, points: [PlotPoint(x: 0, y: 1e9)], width: width).svg,
      ]
      for svg in drawings {
        #expect(Markup.isWellFormed(svg))
        let texts = try TextExtent.all(in: svg)
        #expect(texts.count > 4)
        for text in texts { #expect(text.isInside, "\(text)") }
      }
      // Names are whole: in the title, and in each entry of the legend.
      let shown = try TextExtent.all(in: drawings[0]).map(\.text).joined()
      #expect(count(name, in: shown) == 13)
    }
  }

  @Test func valuesStandUnderThePointer() {
    let svg = LineChart(
      title: "",
      series: [.init(label: "a", values: [1, 2]), .init(label: "a", values: [3, .nan]), .init(label: "b < c", values: [5, 6])],
      xLabel: "round"
    ).svg
    #expect(count("class=\"probe\"", in: svg) == 2)
    #expect(svg.contains("<title>round 0\na: 1.000, 3.000\nb &lt; c: 5.000</title>"))
    #expect(svg.contains("<title>round 1\na: 2.000\nb &lt; c: 6.000</title>"))
    let band = BandChart(title: "", series: [.init(label: "a", points: [.init(step: 40, value: 2, interval: 1...3)])], xLabel: "round").svg
    #expect(band.contains("<title>round 40\na: 2.000 [1.000, 3.000]</title>"))
    // Strips do not overlap and fill the rectangle, and of many steps some have one.
    let long = LineChart(title: "", series: [.init(label: "a", values: (0..<10_000).map(Double.init))]).svg
    let strips = long.components(separatedBy: "class=\"probe\" x=\"").dropFirst().map { part -> (left: Double, width: Double) in
      let numbers = part.components(separatedBy: "\"")
      return (Double(numbers[0]) ?? -1, Double(numbers[4]) ?? -1)
    }
    #expect((100...120).contains(strips.count) && strips[0].left == 0)
    #expect(zip(strips, strips.dropFirst()).allSatisfy { abs($0.left + $0.width - $1.left) < 0.02 })
  }

  @Test func logarithmicAxesAreForValuesOfManySizes() {
    #expect(BandChart.isBetterLogarithmic([0.01, 5, .nan]) && BandChart.isBetterLogarithmic([1, 101]))
    #expect(
      !BandChart.isBetterLogarithmic([1, 100]) && !BandChart.isBetterLogarithmic([0, 1e9]) && !BandChart.isBetterLogarithmic([-1, 1e9]))
    #expect(!BandChart.isBetterLogarithmic([]))
  }

  @Test func bareScattersHoldNothingButSamples() throws {
    var plot = ScatterPlot(title: "seed 1", points: [PlotPoint(x: 0, y: 0)], colorIndex: nil, xRange: -1...1, yRange: -1...1, width: 100)
    plot.hasAxes = false
    #expect(Markup.isWellFormed(plot.svg) && !plot.svg.contains("<text") && plot.svg.contains("aria-label=\"seed 1\""))
    #expect(plot.svg.contains("class=\"ink\" d=\"M49 49h0\"") && plot.svg.contains("viewBox=\"0 0 100 100\""))
  }
}
