import Foundation

/// A function of the plane in shades, the line where it crosses a level, the field that it makes, and samples over it, as an SVG drawing with
/// equal scales: a discriminator's output, and where it pulls samples.
public struct SurfacePlot: Plot, Equatable {
  /// The title.
  public var title: String
  /// The range of the horizontal axis.
  public var xRange: ClosedRange<Double>
  /// The range of the vertical axis; as long as the horizontal one.
  public var yRange: ClosedRange<Double>
  /// The function at the middles of `side × side` equal cells: rows from bottom to top, in each from left to right.
  public var values: [Double]
  /// The value that is drawn as a line, and between the two colours; 0 by default.
  public var level: Double
  /// What is shaded, for the key; `output` by default.
  public var valueLabel: String
  /// The field; empty by default.
  public var arrows: [PhasePortrait.Arrow]
  /// Samples; empty by default.
  public var points: [PlotPoint]
  /// The modes' circles; empty by default.
  public var circles: [ScatterPlot.Circle]
  /// The width in pixels, at least 200; 360 by default.
  public var width: Double

  /// Creates a plot; see the fields.
  public init(
    title: String, xRange: ClosedRange<Double>, yRange: ClosedRange<Double>, values: [Double], level: Double = 0,
    valueLabel: String = "output",
    arrows: [PhasePortrait.Arrow] = [], points: [PlotPoint] = [], circles: [ScatterPlot.Circle] = [], width: Double = 360
  ) {
    let side = Int(Double(values.count).squareRoot())
    precondition(side > 1 && side * side == values.count && width >= 200, "a surface needs a square of values and 200 pixels")
    self.title = title
    self.xRange = xRange
    self.yRange = yRange
    self.values = values
    self.level = level
    self.valueLabel = valueLabel
    self.arrows = arrows
    self.points = points
    self.circles = circles
    self.width = width
  }

  /// How many shades there are on either side of the level.
  static let shades = 8

  private var side: Int { Int(Double(values.count).squareRoot()) }

  /// What has the darkest shade: all but the outermost 2 % of the values are nearer to the level.
  var strongest: Double {
    let sizes = values.filter(\.isFinite).map { abs($0 - level) }.sorted()
    return sizes.isEmpty ? 0 : sizes[(sizes.count - 1) * 98 / 100]
  }

  /// The drawing, as an SVG element.
  public var svg: String {
    let n = NumberText.coordinate
    let bad = values.count { !$0.isFinite }
    let note = bad == values.count ? "no values" : PlotRanges.omitted(bad, of: values.count, reason: "not finite")
    var frame = PlotFrame(
      title: title, note: note, x: PlotAxis(label: "", range: xRange), y: PlotAxis(label: "", range: yRange), width: width, height: width,
      isSquare: true)
    let scale = frame.plotWidth / (xRange.upperBound - xRange.lowerBound)
    var content = cells(in: frame)
    content += "<path class=\"mark\" stroke-width=\"1.4\" d=\"\(contour(in: frame))\"/>"
    content += PhasePortrait.quiver(arrows, in: frame, longest: 16, style: "mark")
    for circle in circles {
      guard let x = frame.horizontal(circle.center.x), let y = frame.vertical(circle.center.y) else { continue }
      content += "<circle class=\"mark\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(max(2, circle.radius * scale)))\"/>"
    }
    var dots = ""
    for point in points where point.x.isFinite && point.y.isFinite {
      guard xRange.contains(point.x), yRange.contains(point.y), let x = frame.horizontal(point.x), let y = frame.vertical(point.y) else {
        continue
      }
      dots += "M\(n(x)) \(n(y))h0"
    }
    content += "<path class=\"ink\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"3\" stroke-linecap=\"round\" d=\"\(dots)\"/>"
    let key = key(left: frame.left, top: frame.height)
    frame.below = key.height
    return frame.svg(content: content, lower: key.svg)
  }

  /// The shaded cells: one path for each shade, neighbours in a row being one rectangle.
  private func cells(in frame: PlotFrame) -> String {
    let n = NumberText.coordinate
    let (side, cell, strongest) = (self.side, frame.plotWidth / Double(side), self.strongest)
    func shade(_ index: Int) -> Int? {
      guard values[index].isFinite else { return nil }
      return strongest > 0 ? Int((min(max((values[index] - level) / strongest, -1), 1) * Double(Self.shades)).rounded()) : 0
    }
    var paths = [String](repeating: "", count: 2 * Self.shades + 1)
    for row in 0..<side {
      let top = n(frame.plotHeight - cell * Double(row + 1))
      var column = 0
      while column < side {
        let start = column
        let found = shade(row * side + start)
        while column < side, shade(row * side + column) == found { column += 1 }
        guard let found, found != 0 else { continue }
        // A little higher and wider, so that no gap shows between cells.
        paths[found + Self.shades] +=
          "M\(n(cell * Double(start))) \(top)h\(n(cell * Double(column - start) + 0.3))v\(n(cell + 0.3))h\(n(-cell * Double(column - start) - 0.3))Z"
      }
    }
    return paths.enumerated().filter { !$1.isEmpty }.map { Self.fill(shade: $0 - Self.shades, path: $1) }.joined()
  }

  /// A filled path: orange below the level, blue above.
  private static func fill(shade: Int, path: String) -> String {
    let opacity = NumberText.coordinate(0.75 * Double(abs(shade)) / Double(shades))
    return "<path class=\"\(PlotStyle.seriesClass(shade < 0 ? 1 : 0))\" fill=\"currentColor\" fill-opacity=\"\(opacity)\" d=\"\(path)\"/>"
  }

  /// The line on which the function has the level: in each square of four neighbouring middles, straight pieces between the sides that it crosses.
  func contour(in frame: PlotFrame) -> String {
    let n = NumberText.coordinate
    let (side, cell) = (self.side, frame.plotWidth / Double(side))
    var path = ""
    for row in 0..<side - 1 {
      for column in 0..<side - 1 {
        let corners = [(0, 0), (0, 1), (1, 1), (1, 0)].map { up, right -> (x: Double, y: Double, value: Double) in
          let (x, y) = (Double(column + right) + 0.5, Double(row + up) + 0.5)
          return (x * cell, frame.plotHeight - y * cell, values[(row + up) * side + column + right] - level)
        }
        guard corners.allSatisfy({ $0.value.isFinite }) else { continue }
        var crossings: [(x: Double, y: Double)] = []
        for index in 0..<4 {
          let (a, b) = (corners[index], corners[(index + 1) % 4])
          guard (a.value < 0) != (b.value < 0) else { continue }
          let share = a.value / (a.value - b.value)
          crossings.append((a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)))
        }
        // Two crossings, or four at a saddle, which are joined in their order around the square.
        for index in stride(from: 0, to: crossings.count - 1, by: 2) {
          path += "M\(n(crossings[index].x)) \(n(crossings[index].y))L\(n(crossings[index + 1].x)) \(n(crossings[index + 1].y))"
        }
      }
    }
    return path
  }

  /// The shades with what they stand for.
  private func key(left: Double, top: Double) -> (svg: String, height: Double) {
    let n = NumberText.coordinate
    let cell = 12.0
    let strongest = self.strongest
    guard strongest > 0 else { return ("", 0) }
    var svg = "<text x=\"\(n(left))\" y=\"\(n(top + 16))\">\(HTMLText.escaped(valueLabel))</text>"
    let length = cell * Double(2 * Self.shades + 1)
    let (x, y) = (left + 14, top + 24)
    for shade in -Self.shades...Self.shades {
      svg += Self.fill(shade: shade, path: "M\(n(x + cell * Double(shade + Self.shades))) \(n(y))h\(n(cell))v12h\(n(-cell))Z")
    }
    svg += "<path class=\"axis\" d=\"M\(n(x)) \(n(y))h\(n(length))v12h\(n(-length))Z\"/>"
    for shade in [-Self.shades, 0, Self.shades] {
      let value = NumberText.significant(level + strongest * Double(shade) / Double(Self.shades), digits: 2)
      let text = shade == 0 ? value : shade < 0 ? "≤ \(value)" : "≥ \(value)"
      let place = x + cell * (Double(shade + Self.shades) + 0.5)
      svg += "<text class=\"soft\" text-anchor=\"middle\" x=\"\(n(place))\" y=\"\(n(y + 27))\">\(text)</text>"
    }
    return (svg, y + 36 - top)
  }
}
