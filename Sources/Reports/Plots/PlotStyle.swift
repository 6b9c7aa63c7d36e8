/// A point of a plot.
public struct PlotPoint: Sendable, Equatable {
  public var x: Double
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// Colours and dashes that colour-blind readers and grey printers tell apart, and the style sheet that all plots share.
///
/// The first two colours are those of Okabe and Ito, "Color Universal Design" (2008); the others are as far from them and from one another as
/// can be, for normal sight and for the three kinds of colour blindness (Machado et al. 2009, "A Physiologically-based Model for Simulation of
/// Color Vision Deficiency"). On a dark page the variables `--series-0`… hold lighter ones.
public enum PlotStyle {
  /// The colours on a light page.
  public static let colors = [
    "#0072b2", "#d55e00", "#8800ff", "#665522", "#aa3377", "#6688ff", "#113355", "#aa88aa", "#661111", "#0033bb",
  ]
  /// The colours on a dark page, in the same order.
  public static let darkColors = [
    "#4da8e0", "#ff8a3d", "#9966ff", "#bbff00", "#bb2277", "#77eeff", "#0066bb", "#bb7799", "#886600", "#ffccaa",
  ]
  /// The dash patterns of lines, in turn; empty for solid.
  static let dashes = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "1 3"]

  /// The class that gives series `index` its colour.
  static func seriesClass(_ index: Int) -> String { "s\(index % colors.count)" }

  /// The dash pattern of series `index`. Series of one colour differ in it.
  static func dash(_ index: Int) -> String {
    dashes[(index + index / colors.count) % dashes.count]
  }

  /// The rules that every plot carries, so that it looks right by itself too; a page's variables override the colours.
  static let sheet: String = {
    let series = colors.enumerated().map { index, color in
      ".plot .s\(index){color:\(color);color:var(--series-\(index),\(color))}"
    }
    return """
      <style>.plot text{font:12px system-ui,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;fill:#222;\
      fill:var(--ink,#222)}.plot .title{font-size:13px;font-weight:600}.plot .soft{fill:#5a5a5a;fill:var(--soft,#5a5a5a)}\
      .plot .axis{stroke:#777;stroke:var(--axis,#777);fill:none}.plot .grid{stroke:#e4e4e4;stroke:var(--grid,#e4e4e4)}\
      .plot .mark{stroke:#222;stroke:var(--ink,#222);fill:none}.plot .ink{color:#222;color:var(--ink,#222)}\
      .plot .probe{fill:#777;fill-opacity:0}.plot .probe:hover{fill-opacity:.2}\(series.joined())</style>
      """
  }()
}
