/// What a reader sees of the values at a place of the horizontal axis when the pointer rests there: a strip around it with a title.
struct PlotProbes {
  /// One value.
  struct Value {
    var label: String
    var x: Double
    var text: String
  }

  /// The strips, in the frame's rectangle; empty where there is nothing to tell.
  let svg: String

  /// The most strips; of more places, evenly chosen ones have one.
  private static let limit = 120

  /// A strip for each place, with a line for each label that has values there, in the order of `values`.
  init(_ values: [Value], axis: String, in frame: PlotFrame) {
    var texts: [Double: [(label: String, text: String)]] = [:]
    for value in values where frame.horizontal(value.x) != nil { texts[value.x, default: []].append((value.label, value.text)) }
    let all = texts.keys.sorted()
    let stride = max(1, (all.count + Self.limit - 1) / Self.limit)
    let places = Swift.stride(from: 0, to: all.count, by: stride).map { all[$0] }
    let middles = places.compactMap { frame.horizontal($0) }
    let n = NumberText.coordinate
    svg = places.indices.map { index in
      let left = index == 0 ? 0 : (middles[index - 1] + middles[index]) / 2
      let right = index == places.count - 1 ? frame.plotWidth : (middles[index] + middles[index + 1]) / 2
      let title = Self.title(texts[places[index]] ?? [], at: "\(axis) \(Self.number(places[index]))")
      return """
        <rect class="probe" x="\(n(left))" y="0" width="\(n(max(1, right - left)))" height="\(n(frame.plotHeight))">\
        <title>\(HTMLText.escaped(title))</title></rect>
        """
    }.joined()
  }

  private static func title(_ values: [(label: String, text: String)], at place: String) -> String {
    var labels: [String] = []
    for value in values where !labels.contains(value.label) { labels.append(value.label) }
    let lines = labels.map { label in
      let found = values.filter { $0.label == label }.map(\.text).joined(separator: ", ")
      return label.isEmpty ? found : "\(label): \(found)"
    }
    return ([place] + lines).joined(separator: "\n")
  }

  /// A step as it is counted, any other number with four digits.
  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? NumberText.fixed(value, digits: 0) : NumberText.significant(value)
  }
}
