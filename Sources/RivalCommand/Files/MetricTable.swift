import Foundation
import Rival

/// The values of metrics as a table for people, and what they say.
struct MetricTable {
  private let results: [MetricResult]

  init(_ results: [MetricResult]) { self.results = results }

  /// One row for each value, and one for each metric that has none.
  var table: TextTable {
    var table = TextTable([
      .left("metric"), .right("value"), .right("± standard error"), .right("null, 95 %"), .right("real against real"), .left("better"),
      .left("against the null"),
    ])
    for result in results {
      for value in result.values { table.append(row(value, title: result.title(value))) }
      if let reason = result.reason { table.append([result.metric.name, "—", "", "", "", "", reason]) }
    }
    return table
  }

  private func row(_ value: MetricValue, title: String) -> [String] {
    func number(_ value: Double) -> String { NumberText.significant(value) }
    var cells = [title, number(value.value), value.standardError.map(number) ?? ""]
    if let null = value.null {
      let sizes = [null.sampleCount, null.referenceCount].map { NumberText.fixed(Double($0), digits: 0) }
      cells += ["\(number(null.lower)) … \(number(null.upper))", "\(sizes[0]) : \(sizes[1])"]
    } else {
      cells += ["", ""]
    }
    switch value.goal {
    case .lower: cells.append("lower")
    case .higher: cells.append("higher")
    case .null: cells.append("near null")
    }
    var note = value.isWorseThanNull.map { $0 ? "worse" : value.isBetterThanNull == true ? "better" : "within" } ?? "no null"
    if let comparable = value.null?.comparable { note += ", with \(number(comparable)) at its sizes" }
    return cells + [note]
  }

  /// One sentence or two: which values are outside of their null.
  var summary: String {
    func titles(_ isMeant: (MetricValue) -> Bool) -> [String] {
      results.flatMap { result in result.values.filter(isMeant).map { result.title($0) } }
    }
    let judged = titles { $0.isWorseThanNull != nil }
    let worse = titles { $0.isWorseThanNull == true }
    let better = titles { $0.isBetterThanNull == true }
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
