import Foundation
import Rival

/// The values of metrics as a table for people, at most about 100 columns wide, and what they say.
struct MetricTable {
  private let results: [MetricResult]

  init(_ results: [MetricResult]) { self.results = results }

  /// The widest title that stands on one line.
  private static let titleWidth = 38

  /// One row for each value, and one for each metric that has none.
  var table: TextTable {
    let hasComparable = results.contains { $0.values.contains { $0.null?.comparable != nil } }
    let columns: [TextTable.Column] = [
      .left("metric"), .right("value"), .right("± error"), .right("at n"), .right("null, 95 %"), .left(""), .left(""),
    ]
    var table = TextTable(columns.enumerated().filter { hasComparable || $0.offset != Self.comparableColumn }.map(\.element))
    func append(_ row: [String]) {
      table.append(row.enumerated().filter { hasComparable || $0.offset != Self.comparableColumn }.map(\.element))
    }
    for result in results {
      for value in result.values {
        let lines = Self.lines(result.title(value))
        append(row(value, title: lines[0]))
        for line in lines.dropFirst() { append([line, "", "", "", "", "", ""]) }
      }
      if result.reason != nil { append([result.metric.name, "—", "", "", "", "", "see below"]) }
    }
    return table
  }

  private static let comparableColumn = 3

  /// A title that is too long, with its fields on lines of their own.
  private static func lines(_ title: String) -> [String] {
    guard title.count > titleWidth, let bracket = title.firstIndex(of: "(") else { return [title] }
    var lines = [String(title[..<bracket])]
    var line = "  ("
    for (index, field) in title[title.index(after: bracket)...].split(separator: ", ").enumerated() {
      if index > 0, line.count + field.count + 3 > titleWidth {
        lines.append(line + ",")
        line = "   " + field
      } else {
        line += (index > 0 ? ", " : "") + field
      }
    }
    return lines + [line]
  }

  private func row(_ value: MetricValue, title: String) -> [String] {
    func number(_ value: Double) -> String { NumberText.significant(value, digits: 3) }
    var cells = [title, NumberText.significant(value.value), value.standardError.map(number) ?? ""]
    cells.append(value.null?.comparable.map { NumberText.significant($0) } ?? "")
    cells.append(value.null.map { "\(number($0.lower)) … \(number($0.upper))" } ?? "")
    switch value.goal {
    case .lower: cells.append("↓")
    case .higher: cells.append("↑")
    case .null: cells.append("=")
    }
    cells.append(value.isWorseThanNull.map { $0 ? "worse" : value.isBetterThanNull == true ? "better" : "within" } ?? "no null")
    return cells
  }

  /// What the columns mean, and why metrics have no values.
  var notes: [String] {
    var lines: [String] = []
    let values = results.flatMap(\.values)
    if !values.isEmpty {
      lines.append("↓ lower is better, ↑ higher is better, = near the null is better. ± error: one standard error.")
    }
    var sizes: [String] = []
    for null in values.compactMap(\.null) where null.comparable != nil || null.repeats != nil {
      let counts = [null.sampleCount, null.referenceCount].map { NumberText.fixed(Double($0), digits: 0) }
      let text = "\(counts[0]) against \(counts[1])" + (null.repeats.map { " (\($0) splits)" } ?? "")
      if !sizes.contains(text) { sizes.append(text) }
    }
    if values.contains(where: { $0.null != nil }) {
      lines.append(
        "null: what real samples in place of the generated ones give"
          + (sizes.isEmpty ? "." : ", n = \(sizes.joined(separator: ", "))."))
    }
    if values.contains(where: { $0.null?.comparable != nil }) {
      lines.append("at n: the value at these numbers of samples; where it is given, it stands against the null.")
    }
    for result in results {
      guard let reason = result.reason else { continue }
      lines.append(reason.hasPrefix(result.metric.name + ":") ? reason : "\(result.metric.name): \(reason)")
    }
    return lines
  }

  /// One sentence or two: which values are outside of their null.
  var summary: String {
    func titles(_ isMeant: (MetricValue) -> Bool) -> [String] {
      results.flatMap { result in result.values.filter(isMeant).map { result.title($0) } }
    }
    let judged = titles { $0.isWorseThanNull != nil }
    let worse = titles { $0.isWorseThanNull == true }
    let better = titles { $0.isBetterThanNull == true }
    if results.allSatisfy({ $0.values.isEmpty }) { return "There is no value." }
    guard !judged.isEmpty else {
      return "No value has a null, so nothing says how good these are; leave out --repeats, or give a larger reference."
    }
    var text =
      worse.isEmpty
      ? "No value is worse than real against real." : "Worse than real against real: \(worse.joined(separator: ", "))."
    if !better.isEmpty {
      text += " Better than real against real, as copies of real samples are: \(better.joined(separator: ", "))."
    }
    return text
  }
}
