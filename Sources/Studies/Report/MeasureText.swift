import Foundation
import Metrics
import Reports

/// How a measure's values stand in tables and sentences.
struct MeasureText {
  let measure: Measure
  /// Decimals of medians.
  let digits: Int

  /// - Parameter means: the variants' medians, from which decimals are chosen where the metric names none.
  init(_ measure: Measure, means: [Double]) {
    self.measure = measure
    let scale = measure.display.scale
    let fixed = measure.display.digits ?? (measure.display.unit == .count ? 1 : nil)
    let band = measure.null.map { ($0.upper - $0.lower) / 2 * scale }
    digits = fixed ?? Self.digits(means.map { $0 * scale }, halfWidth: band)
  }

  /// As many decimals as give the smallest number three significant digits, and the half width of the null band one; from 0 to 6.
  static func digits(_ values: [Double], halfWidth: Double?) -> Int {
    func decimals(_ value: Double, _ significant: Int) -> Int { significant - 1 - Int(log10(value).rounded(.down)) }
    let least = values.map(abs).filter { $0 > 0 && $0.isFinite }.min().map { decimals($0, 3) } ?? 3
    let band = halfWidth.flatMap { $0 > 0 && $0.isFinite ? decimals($0, 1) : nil } ?? 0
    return max(0, min(6, max(least, band)))
  }

  /// What rows and sentences call it: `precision`, or `precision (neighbors=5)`.
  var name: String { measure.display.title + (fields.isEmpty ? "" : " (\(fields))") }

  /// What rows of tables call it: with the unit.
  var title: String { name + (measure.display.unit == .percent ? " (%)" : "") }

  /// What columns call it: with the unit, the best value and an arrow in the better direction.
  var column: String {
    var text = name + (measure.display.unit == .percent ? " %" : "")
    if measure.display.unit == .count, let best = measure.display.best { text += " of \(NumberText.fixed(best, digits: 0))" }
    switch measure.goal {
    case .higher: return text + " ↑"
    case .lower: return text + " ↓"
    case .null: return text + " ="
    }
  }

  /// The unit behind a number in a sentence.
  var unit: String { measure.display.unit == .percent ? " %" : "" }

  /// A mean or median, or a dash; a count without decimals where it is whole.
  func mean(_ value: Double?) -> String {
    guard let value else { return "–" }
    let isWhole = measure.display.unit == .count && value == value.rounded()
    return NumberText.fixed(value * measure.display.scale, digits: isWhole ? 0 : digits)
  }

  /// The value of one trial, or a dash.
  func single(_ value: Double?) -> String {
    measure.display.unit == .count ? value.map { NumberText.fixed($0, digits: 0) } ?? "–" : mean(value)
  }

  /// A difference with its sign.
  func signed(_ value: Double) -> String {
    let text = mean(value)
    return text.hasPrefix("-") || value == 0 ? text : "+" + text
  }

  /// `median [lower, upper]`, or `median (least – largest)` of too few runs for an interval.
  func interval(_ found: StoredMedian, runs: Int) -> String {
    guard runs > 1 else { return mean(found.median) }
    func end(_ value: Double?) -> String { value.map { mean($0) } ?? "none" }
    let ends = (end(found.lower), end(found.upper))
    return end(found.median) + (found.isFull ? " [\(ends.0), \(ends.1)]" : " (\(ends.0) – \(ends.1))")
  }

  /// `+0.31 [+0.12, +0.55]`: a difference; an end that is 0 without belonging to the interval has a round bracket.
  func shift(_ difference: Difference) -> String {
    guard let shift = difference.shift else { return "–" }
    guard let lower = difference.lower, let upper = difference.upper else { return signed(shift) }
    let isShown = difference.pValue < 0.05
    return signed(shift) + (isShown && lower == 0 ? " (" : " [") + "\(signed(lower)), \(signed(upper))"
      + (isShown && upper == 0 ? ")" : "]")
  }

  /// What real samples give: `mean [lower, upper]` of the band, or the mean alone where all draws give the same.
  var null: String {
    guard let null = measure.null else { return "–" }
    guard null.lower < null.upper else { return mean(null.mean) }
    return "\(mean(null.mean)) [\(mean(null.lower)), \(mean(null.upper))]"
  }

  /// The metric's fields that are not the defaults, of paths the last name.
  private var fields: String {
    guard let colon = measure.metric.firstIndex(of: ":") else { return "" }
    return measure.metric[measure.metric.index(after: colon)...].split(separator: ",").map { field in
      let pair = field.split(separator: "=", maxSplits: 1)
      return pair.count == 2 ? "\(pair[0])=\(pair[1].split(separator: "/").last ?? pair[1])" : String(field)
    }.joined(separator: ", ")
  }
}

extension StudyResults {
  /// The texts of all measures, in order.
  var texts: [MeasureText] {
    measures.map { measure in MeasureText(measure, means: variants.compactMap { $0.summary(of: measure)?.median?.median }) }
  }
}
