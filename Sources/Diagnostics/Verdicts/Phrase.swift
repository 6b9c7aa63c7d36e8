import Adversarial
import Foundation

/// Numbers in sentences.
public enum Phrase {
  /// Up to four significant digits.
  public static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "undefined" : "\(value)" }
    if value == value.rounded(), abs(value) < 1e6 { return String(Int(value)) }
    return String(format: abs(value) >= 1e5 || abs(value) < 1e-3 ? "%.2e" : "%.4g", value)
  }

  /// A share as a percentage.
  public static func percent(_ share: Double) -> String {
    share.isFinite ? "\(Int((100 * share).rounded())) %" : "an unknown share"
  }

  /// What is known of a null: `usually 0.01, up to 0.02`.
  public static func null(_ null: NullInterval) -> String {
    [null.mean.map { "usually \(number($0))" }, null.lower.map { "from \(number($0))" }, null.upper.map { "up to \(number($0))" }]
      .compactMap { $0 }.joined(separator: ", ")
  }
}
