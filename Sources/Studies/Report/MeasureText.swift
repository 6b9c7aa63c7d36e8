import Foundation
import Metrics
import Reports

/// How a measure's values stand in tables and sentences.
struct MeasureText {
  let measure: Measure
  /// Decimals of means.
  let digits: Int

  /// - Parameter means: the variants' means, from which decimals are chosen where the metric names none.
  init(_ measure: Measure, means: [Double]) {
    self.measure = measure
    let scale = measure.display.scale
    let fixed = measure.display.digits ?? (measure.display.unit == .count ? 2 : nil)
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

  /// A mean, or a dash.
  func mean(_ value: Double?) -> String { value.map { NumberText.fixed($0 * measure.display.scale, digits: digits) } ?? "–" }

  /// The value of one trial, or a dash.
  func single(_ value: Double?) -> String {
    measure.display.unit == .count ? value.map { NumberText.fixed($0, digits: 0) } ?? "–" : mean(value)
  }

  /// A difference with its sign.
  func signed(_ value: Double) -> String {
    let text = mean(value)
    return text.hasPrefix("-") || value == 0 ? text : "+" + text
  }

  /// `mean ± half width`.
  func interval(_ interval: StoredInterval) -> String {
    NumberText.interval(interval.mean * measure.display.scale, interval.halfWidth * measure.display.scale, digits: digits)
  }

  /// What real samples give: `mean ± half of the band`, or the mean alone where all draws give the same.
  var null: String {
    guard let null = measure.null else { return "–" }
    let half = (null.upper - null.lower) / 2
    guard half > 0 else { return single(null.mean) }
    return NumberText.interval(null.mean * measure.display.scale, half * measure.display.scale, digits: digits)
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
    measures.map { measure in MeasureText(measure, means: variants.compactMap { $0.summary(of: measure)?.interval?.mean }) }
  }
}
