import Datasets
import Foundation
import Testing

@testable import Reports

@Suite struct PageTests {
  @Test func aPageHoldsItsPartsAndNothingFromOutside() throws {
    let image = try PNGImage(width: 3, height: 2, channels: 1, pixels: [0, 50, 100, 150, 200, 250]).encoded()
    var table = TextTable([.left("variant"), .right("modes")])
    table.append(["baseline <1>", "3.2 ± 0.8"])
    table.append(["other", "8"])
    let picture = Picture(.image(png: image, scale: 4), label: "seed 1", link: "trials/a&b/")
    let real = Picture(.drawing(svg: ScatterPlot(title: "real", samples: [0, 0, 1, 1]).svg), label: "real <held out>")
    let page = HTMLPage(
      title: "A & B",
      blocks: [
        .gallery(Gallery(reference: real, rows: [.init("base < line", [picture])], caption: "Not chosen.")),
        .paragraph("B covers more."), .table(table, caption: "Five seeds.", links: ["one/", ""]),
        .figures(svgs: [LineChart(title: "Loss", series: [.init(label: "baseline", values: [1, 2])]).svg], caption: ""),
      ])
    let html = page.html
    #expect(html.hasPrefix("<!doctype html>") && html.hasSuffix("</html>\n"))
    #expect(html.contains("<title>A &amp; B</title>") && html.contains("<p>B covers more.</p>"))
    #expect(html.contains("<td><a href=\"one/\">baseline &lt;1&gt;</a></td>") && html.contains("<td>other</td>"))
    #expect(html.components(separatedBy: "<svg class=\"plot\"").count == 3)
    #expect(html.contains("width=\"12\" height=\"8\" src=\"data:image/png;base64,\(Data(image).base64EncodedString())\""))
    #expect(html.contains("<h3>base &lt; line</h3>") && html.contains("<a href=\"trials/a&amp;b/\">seed 1</a>"))
    #expect(html.contains("<figcaption>real &lt;held out&gt;</figcaption>") && html.contains("<figcaption>Not chosen.</figcaption>"))
    // Rules stand in the head once, whatever is drawn.
    #expect(html.components(separatedBy: "<style>.plot text").count == 2)
    #expect(!html.contains("<script") && !html.contains("<link") && !html.contains("@import") && !html.contains("url("))
    #expect(html == page.html)
  }

  @Test func emptyPartsAreLeftOut() {
    let html = HTMLPage(title: "Nothing").html
    #expect(!html.contains("<h2>") && !html.contains("<table") && !html.contains("<figure"))
    #expect(html.contains("<h1>Nothing</h1>"))
    let gallery = HTMLPage(title: "", blocks: [.gallery(Gallery(rows: [.init("", [Picture(.drawing(svg: "<svg/>"), label: "")])]))]).html
    #expect(!gallery.contains("<figcaption>") && !gallery.contains("<h3>") && !gallery.contains("class=\"reference\""))
  }

  @Test func columnsOfAnImageHaveTheirLabelsBelow() throws {
    let image = try PNGImage(width: 30, height: 20, channels: 1, pixels: [UInt8](repeating: 7, count: 600)).encoded()
    let svg = try #require(LabelledImage(title: "a < b", png: image, labels: ["0.12", "0.34", "0.56"])).svg
    // Four letters of 6.6 and 2 pixels of air three times are 85.2: three times the image's width.
    #expect(svg.contains("width=\"90\" height=\"60\" style") && svg.contains("viewBox=\"0 0 90 104\"") && Markup.isWellFormed(svg))
    for (x, label) in [(15, "0.12"), (45, "0.34"), (75, "0.56")] { #expect(svg.contains("x=\"\(x)\" y=\"99\">\(label)<")) }
    #expect(try TextExtent.all(in: svg).allSatisfy(\.isInside))
    #expect(LabelledImage(png: [1, 2, 3], labels: []) == nil)
  }

  @Test func blocksKeepTheirOrder() throws {
    let page = HTMLPage(title: "t", blocks: [.markup("<hr>"), .figure(svg: "<svg/>", caption: "c"), .heading("last")])
    let places = try ["<hr>", "<svg/>", "<figcaption>c</figcaption>", "<h2>last</h2>"].map {
      try #require(page.html.range(of: $0)).lowerBound
    }
    #expect(places == places.sorted())
  }
}
