import Foundation

/// Which modes the samples fall on over a run, as an SVG drawing: a row for each mode, its colour the share of samples relative to the mode's
/// target. Collapse leaves a few blue rows; hopping makes the blue wander.
public struct ShareStrip: Sendable, Equatable {
  /// The title.
  public var title: String
  /// The steps, ascending.
  public var steps: [Double]
  /// The share of each mode at each step: `shares[step][mode]`. A share that is negative or not finite is drawn as a line and counted.
  public var shares: [[Double]]
  /// The share that each mode should have, above 0.
  public var targets: [Double]
  /// The width in pixels, at least 280; 520 by default.
  public var width: Double
  /// The height of one row in pixels, at least 4; 18 by default.
  public var rowHeight: Double

  /// Creates a strip; see the fields.
  ///
  /// - Parameter targets: equal shares by default.
  public init(
    title: String, steps: [Double], shares: [[Double]], targets: [Double]? = nil, width: Double = 520, rowHeight: Double = 18
  ) {
    precondition(width >= 280 && rowHeight >= 4, "a strip needs 280 pixels and rows of 4 at least")
    precondition(steps.count == shares.count, "there must be shares for each step")
    let modes = shares.first?.count ?? targets?.count ?? 0
    precondition(shares.allSatisfy { $0.count == modes }, "every step must have a share for each mode")
    let targets = targets ?? Array(repeating: 1 / Double(max(1, modes)), count: modes)
    precondition(targets.count == modes && targets.allSatisfy { $0 > 0 }, "every mode must have a target above 0")
    self.title = title
    self.steps = steps
    self.shares = shares
    self.targets = targets
    self.width = width
    self.rowHeight = rowHeight
  }

  /// The most columns that are drawn; neighbouring steps are averaged beyond that.
  static let maximumColumns = 240
  /// How many shades there are on either side of the target.
  static let shades = 8

  /// The shade of a share relative to its target: 0 at the target, `shades` at four times it, `-shades` at a quarter or less.
  static func shade(_ ratio: Double) -> Int {
    guard ratio > 0 else { return -shades }
    return Int((min(max(log2(ratio) / 2, -1), 1) * Double(shades)).rounded())
  }

  /// The drawing, as an SVG element.
  public var svg: String {
    let n = NumberText.coordinate
    let rows = targets.count
    let columns = merged()
    let all = shares.reduce(0) { $0 + $1.count }
    let bad = shares.reduce(0) { $0 + $1.count { !Self.isShare($0) } }
    let note =
      all == 0 ? "no values" : bad > 0 ? PlotRanges.omitted(bad, of: all, reason: "no shares, drawn as lines") : ""
    let first = columns.first?.start ?? 0
    let last = columns.last?.end ?? 1
    // The frame's height minus what it needs around the rectangle leaves one row height for each mode.
    let around = (title.isEmpty ? 8.0 : 28) + (note.isEmpty ? 0 : 18) + 46
    var frame = PlotFrame(
      title: title, note: note, x: PlotAxis(label: "step", range: first < last ? first...last : first...(first + 1)),
      y: PlotAxis(label: "mode", range: -0.5...(Double(max(1, rows)) - 0.5)), width: width,
      height: around + rowHeight * Double(max(2, rows)))

    // One path for each shade: neighbouring cells of one shade are one rectangle.
    var paths = [String](repeating: "", count: 2 * Self.shades + 1)
    var missing = ""
    let cell = frame.plotHeight / Double(max(1, rows))
    for row in 0..<rows {
      let top = frame.plotHeight - cell * Double(row + 1)
      var column = 0
      while column < columns.count {
        guard let shade = columns[column].ratios[row].map(Self.shade) else {
          let start = column
          while column < columns.count, columns[column].ratios[row] == nil { column += 1 }
          guard let left = frame.horizontal(columns[start].start), let right = frame.horizontal(columns[column - 1].end) else { continue }
          missing += "M\(n(left)) \(n(top + cell / 2))H\(n(right))"
          continue
        }
        let start = column
        while column < columns.count, columns[column].ratios[row].map(Self.shade) == shade { column += 1 }
        guard let left = frame.horizontal(columns[start].start), let right = frame.horizontal(columns[column - 1].end) else { continue }
        paths[shade + Self.shades] += "M\(n(left)) \(n(top + 0.5))h\(n(right - left))v\(n(cell - 1))H\(n(left))Z"
      }
    }
    var content = paths.enumerated().filter { !$1.isEmpty }.map { Self.fill(shade: $0 - Self.shades, path: $1) }.joined()
    if !missing.isEmpty { content += "<path class=\"axis\" d=\"\(missing)\"/>" }
    let key = Self.key(left: frame.left, top: frame.height, width: width)
    frame.below = key.height
    return frame.svg(content: content, lower: key.svg)
  }

  private static func isShare(_ value: Double) -> Bool { value.isFinite && value >= 0 }

  /// A filled path: orange below the target, blue above, the page's own colour at it.
  private static func fill(shade: Int, path: String) -> String {
    let opacity = NumberText.coordinate(Double(abs(shade)) / Double(shades))
    return "<path class=\"\(PlotStyle.seriesClass(shade < 0 ? 1 : 0))\" fill=\"currentColor\" fill-opacity=\"\(opacity)\" d=\"\(path)\"/>"
  }

  /// The shades with what they stand for.
  private static func key(left: Double, top: Double, width: Double) -> (svg: String, height: Double) {
    let n = NumberText.coordinate
    let cell = 12.0
    let length = cell * Double(2 * shades + 1)
    let title = "share relative to its target"
    var x = left
    var svg = "<text x=\"\(n(x))\" y=\"\(n(top + 16))\">\(title)</text>"
    var y = top + 6
    x += TextWidth.pixels(title) + 24
    if x + length + 24 > width {
      x = left + 12
      y += 22
    }
    for shade in -shades...shades {
      let place = x + cell * Double(shade + shades)
      svg += fill(shade: shade, path: "M\(n(place)) \(n(y))h\(n(cell))v12h\(n(-cell))Z")
    }
    svg += "<path class=\"axis\" d=\"M\(n(x)) \(n(y))h\(n(length))v12h\(n(-length))Z\"/>"
    for (shade, label) in [(-shades, "≤ ¼"), (-shades / 2, "½"), (0, "1"), (shades / 2, "2"), (shades, "≥ 4")] {
      let place = x + cell * (Double(shade + shades) + 0.5)
      svg += "<text class=\"soft\" text-anchor=\"middle\" x=\"\(n(place))\" y=\"\(n(y + 27))\">\(label)</text>"
    }
    return (svg, y + 36 - top)
  }

  private struct Column {
    var start: Double
    var end: Double
    /// Each mode's share over its target; `nil` where no step has one.
    var ratios: [Double?]
  }

  /// The steps as columns that reach half way to their neighbours, merged to at most ``maximumColumns``.
  private func merged() -> [Column] {
    let kept = steps.indices.filter { steps[$0].isFinite }
    guard let first = kept.first, let last = kept.last else { return [] }
    let size = max(1, (kept.count + Self.maximumColumns - 1) / Self.maximumColumns)
    func border(_ position: Int) -> Double {
      if position == 0 { return steps[first] }
      if position >= kept.count { return kept.count == 1 ? steps[last] + 1 : steps[last] }
      return (steps[kept[position - 1]] + steps[kept[position]]) / 2
    }
    return stride(from: 0, to: kept.count, by: size).map { start in
      let end = min(start + size, kept.count)
      let ratios = targets.indices.map { mode -> Double? in
        let values = kept[start..<end].map { shares[$0][mode] }.filter(Self.isShare)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) / targets[mode]
      }
      return Column(start: border(start), end: border(end), ratios: ratios)
    }
  }
}
