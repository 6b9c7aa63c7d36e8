/// Horizontal reference lines with labels in a margin at the right, where they cover neither curves nor one another.
struct ReferenceLines {
  /// The lines, in the frame's rectangle.
  let lines: String
  /// The labels, in the frame's rectangle, right of it.
  let labels: String

  /// The widest that the margin gets, in pixels.
  static let widest = 130.0
  /// The least distance of two baselines.
  private static let spacing = 15.0

  /// The room that the labels need at the right of a frame.
  static func margin(_ references: [LineChart.Reference]) -> Double {
    references.reduce(0) { max($0, $1.label.isEmpty ? 0 : min(TextWidth.pixels($1.label) + 8, widest)) }
  }

  /// Places each line that lies in the frame, and its label beside it, moved up or down where labels would touch.
  init(_ references: [LineChart.Reference], in frame: PlotFrame) {
    let n = NumberText.coordinate
    let places = references.compactMap { reference -> (place: Double, label: String)? in
      guard let place = frame.vertical(reference.value), (-0.01...frame.plotHeight + 0.01).contains(place) else { return nil }
      return (place, reference.label)
    }
    lines = places.map { "<path class=\"mark\" stroke-dasharray=\"3 4\" d=\"M0 \(n($0.place))H\(n(frame.plotWidth))\"/>" }.joined()
    let shown = places.enumerated().filter { !$1.label.isEmpty }.sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element)
    // Down from the top where they are too close, then up again from the bottom.
    var baselines = shown.map(\.place)
    for index in baselines.indices.dropFirst() { baselines[index] = max(baselines[index], baselines[index - 1] + Self.spacing) }
    var limit = frame.plotHeight
    for index in baselines.indices.reversed() {
      baselines[index] = min(baselines[index], limit)
      limit = baselines[index] - Self.spacing
    }
    labels = zip(shown, baselines).map { reference, baseline in
      let text = HTMLText.escaped(TextWidth.fitted(reference.label, limit: Self.widest - 8))
      return "<text x=\"\(n(frame.plotWidth + 6))\" y=\"\(n(baseline + 4))\">\(text)</text>"
    }.joined()
  }
}
