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
/// The colours are those of Okabe and Ito, "Color Universal Design" (2008), without yellow, which is too pale for lines. On a dark
/// page the variables `--series-0`… hold lighter ones.
public enum PlotStyle {
  /// The colours on a light page.
  public static let colors = ["#0072b2", "#d55e00", "#009e73", "#a8518a", "#b87400", "#2f8fc4", "#444444"]
  /// The colours on a dark page, in the same order.
  public static let darkColors = ["#4da8e0", "#ff8a3d", "#2ecc9a", "#e59cc7", "#f0b429", "#8ed1fc", "#cccccc"]
  /// The dash pattern of each colour's lines; empty for solid.
  static let dashes = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "1 3"]

  /// The class that gives series `index` its colour.
  static func seriesClass(_ index: Int) -> String { "s\(index % colors.count)" }

  /// The dash pattern of series `index`. It changes with each round through the colours.
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
      .plot .mark{stroke:#222;stroke:var(--ink,#222);fill:none}\(series.joined())</style>
      """
  }()
}
