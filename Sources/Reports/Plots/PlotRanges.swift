/// Ranges that several plots choose alike.
enum PlotRanges {
  /// The ranges widened to one length, so that a square plot has one scale on both axes.
  static func square(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    let length = max(x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
    func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      let extra = (length - (range.upperBound - range.lowerBound)) / 2
      return (range.lowerBound - extra)...(range.upperBound + extra)
    }
    return (widened(x), widened(y))
  }

  /// The parts of a sequence of points that can be drawn, in a frame's pixels: broken where a point cannot be shown, kept near the frame.
  static func runs(_ points: [PlotPoint], in frame: PlotFrame) -> [[PlotPoint]] {
    var runs: [[PlotPoint]] = []
    var run: [PlotPoint] = []
    for point in points {
      if let x = frame.horizontal(point.x), let y = frame.vertical(point.y) {
        // Far outside the frame, renderers lose precision.
        run.append(PlotPoint(x: min(max(x, -1e5), 1e5), y: min(max(y, -1e5), 1e5)))
      } else if !run.isEmpty {
        runs.append(run)
        run = []
      }
    }
    return run.isEmpty ? runs : runs + [run]
  }

  /// The path through runs of places, each thinned to at most `limit` points with its ends kept.
  static func path(_ runs: [[PlotPoint]], limit: Int = 4_000) -> String {
    let n = NumberText.coordinate
    var result = ""
    for run in runs {
      let stride = max(1, (run.count + limit - 1) / limit)
      for index in Swift.stride(from: 0, to: run.count, by: stride) {
        result += "\(index == 0 ? "M" : "L")\(n(run[index].x)) \(n(run[index].y))"
      }
      if let last = run.last, (run.count - 1) % stride != 0 { result += "L\(n(last.x)) \(n(last.y))" }
      if run.count == 1 { result += "h0" }
    }
    return result
  }

  /// `count` of `all` in words, where something is left out.
  static func omitted(_ count: Int, of all: Int, reason: String) -> String {
    func text(_ count: Int) -> String { NumberText.fixed(Double(count), digits: 0) }
    return count == 0 ? "" : "\(text(count)) of \(text(all)) values are \(reason)"
  }
}
