/// The report of a comparison: what was found, in a sentence and a table, and then what it looks like.
///
/// Empty parts are left out.
public struct HTMLReport: Sendable {
  /// The title.
  public var title: String
  /// What was found, in a paragraph.
  public var summary: String
  /// What follows from it, a paragraph each.
  public var findings: [String]
  /// One row a variant.
  public var table: TextTable?
  /// How the table's numbers are to be read: the definitions, the intervals, the number of seeds.
  public var tableCaption: String
  /// One plot a variant; they get common axes.
  public var scatterPlots: [ScatterPlot]
  /// Losses, coverage and what else was recorded over steps.
  public var charts: [LineChart]
  /// Grids of images as PNG files, in rows: those of a row stand side by side, such as the seeds of a variant.
  public var images: [[(png: [UInt8], label: String)]]
  /// How many screen pixels an image's pixel takes, at least 1; 1 by default.
  public var imageScale: Int
  /// What follows: further parts, from top to bottom.
  public var appendix: [HTMLPage.Block]

  /// Creates a report; see the fields.
  public init(
    title: String, summary: String = "", findings: [String] = [], table: TextTable? = nil, tableCaption: String = "",
    scatterPlots: [ScatterPlot] = [], charts: [LineChart] = [], images: [[(png: [UInt8], label: String)]] = [],
    imageScale: Int = 1, appendix: [HTMLPage.Block] = []
  ) {
    self.title = title
    self.summary = summary
    self.findings = findings
    self.table = table
    self.tableCaption = tableCaption
    self.scatterPlots = scatterPlots
    self.charts = charts
    self.images = images
    self.imageScale = imageScale
    self.appendix = appendix
  }

  /// The page that holds all parts.
  public var page: HTMLPage {
    var blocks: [HTMLPage.Block] = []
    if !summary.isEmpty { blocks.append(.paragraph(summary)) }
    blocks += findings.map { .paragraph($0) }
    if let table { blocks.append(.table(table, caption: tableCaption)) }
    if !scatterPlots.isEmpty {
      // Three fit side by side at their own width, four at a smaller one.
      let plots = ScatterPlot.withCommonAxes(scatterPlots).map { plot in
        var plot = plot
        if scatterPlots.count > 3 { plot.width = min(plot.width, 248) }
        return plot
      }
      let shown = scatterPlots.map(\.maximumPoints).max() ?? 0
      let modes =
        scatterPlots.contains { !$0.circles.isEmpty } ? " Circles are three standard deviations of a mode." : ""
      blocks.append(.heading("Samples"))
      blocks.append(
        .figures(
          svgs: plots.map(\.svg),
          caption: "At most \(NumberText.fixed(Double(shown), digits: 0)) samples are drawn, on common axes.\(modes)"))
    }
    if !images.isEmpty {
      blocks.append(.heading("Images"))
      blocks += images.map { .images($0, scale: imageScale, caption: "") }
    }
    if !charts.isEmpty {
      blocks.append(.heading("Over the run"))
      blocks.append(.figures(svgs: charts.map(\.svg), caption: "One line a run; runs of one variant share a colour."))
    }
    return HTMLPage(title: title, blocks: blocks + appendix)
  }

  /// The whole document. The same report gives the same bytes.
  public var html: String { page.html }
}
