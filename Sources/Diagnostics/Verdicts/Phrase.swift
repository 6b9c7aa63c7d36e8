import Foundation
import Metrics

/// Numbers in sentences.
enum Phrase {
  /// Up to four significant digits.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "undefined" : "\(value)" }
    if value == value.rounded(), abs(value) < 1e6 { return String(Int(value)) }
    return String(format: abs(value) >= 1e5 || abs(value) < 1e-3 ? "%.2e" : "%.4g", value)
  }

  /// A share as a percentage.
  static func percent(_ share: Double) -> String {
    share.isFinite ? "\(Int((100 * share).rounded())) %" : "an unknown share"
  }

  static func median(_ values: [Double]) -> Double { Statistics.median(values) }
}
