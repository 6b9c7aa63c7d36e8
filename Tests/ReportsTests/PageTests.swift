import Datasets
import Foundation
import Reports
import Testing

@Suite struct PageTests {
  @Test func reportHoldsItsPartsAndNothingFromOutside() throws {
    let image = try PNGImage(width: 3, height: 2, channels: 1, pixels: [0, 50, 100, 150, 200, 250]).encoded()
    var table = TextTable([.left("variant"), .right("modes")])
    table.append(["baseline <1>", "3.2 ± 0.8"])
    let report = HTMLReport(
      title: "A & B", summary: "B covers more.", table: table, tableCaption: "Five seeds.",
      scatterPlots: [ScatterPlot(title: "baseline", samples: [0, 0, 1, 1])],
      charts: [LineChart(title: "Loss", series: [.init(label: "baseline", values: [1, 2])])],
      images: [[(image, "digits")]], imageScale: 4, appendix: [.heading("More"), .paragraph("x < y")])
    let html = report.html
    #expect(html.hasPrefix("<!doctype html>") && html.hasSuffix("</html>\n"))
    #expect(html.contains("<title>A &amp; B</title>") && html.contains("<p>B covers more.</p>"))
    #expect(html.contains("<td>baseline &lt;1&gt;</td>") && html.contains("<p>x &lt; y</p>"))
    #expect(html.components(separatedBy: "<svg class=\"plot\"").count == 3)
    #expect(
      html.contains("width=\"12\" height=\"8\" src=\"data:image/png;base64,\(Data(image).base64EncodedString())\""))
    #expect(!html.contains("<script") && !html.contains("<link") && !html.contains("@import") && !html.contains("url("))
    #expect(html == report.html)
  }

  @Test func emptyPartsAreLeftOut() {
    let html = HTMLReport(title: "Nothing").html
    #expect(!html.contains("<h2>") && !html.contains("<table") && !html.contains("<figure"))
    #expect(html.contains("<h1>Nothing</h1>"))
  }

  @Test func blocksKeepTheirOrder() throws {
    let page = HTMLPage(title: "t", blocks: [.markup("<hr>"), .figure(svg: "<svg/>", caption: "c"), .heading("last")])
    let places = try ["<hr>", "<svg/>", "<figcaption>c</figcaption>", "<h2>last</h2>"].map {
      try #require(page.html.range(of: $0)).lowerBound
    }
    #expect(places == places.sorted())
  }
}
