import Foundation

/// The median of a few numbers with an interval whose ends are two of them, so that it lies within any scale and holds for any distribution.
///
/// The interval from the k-th smallest to the k-th largest of n numbers holds the distribution's median with probability 1 − 2 P(X < k), where X is
/// binomial of n and ½; at least, where values tie. Here k is the largest that still gives 95 %. From fewer than six numbers there is none: all of
/// them together, from the least to the largest, hold it with 1 − 2¹⁻ⁿ only, which ``coverage`` says. Thompson 1936; David and Nagaraja 2003,
/// "Order Statistics", section 7.1.
public struct MedianInterval: Sendable, Equatable {
  /// The middle of the sorted numbers, or the mean of the two in the middle.
  public let median: Double
  /// The lower end.
  public let lower: Double
  /// The upper end.
  public let upper: Double
  /// The probability with which such an interval holds the median: at least 0.95 from six numbers on.
  public let coverage: Double

  /// Whether it reaches 95 %: from six numbers on.
  public var isFull: Bool { coverage >= 0.95 }

  /// Of at least one number; infinite ones are allowed, such as those of runs that failed.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty && !values.contains(where: \.isNaN), "a median needs numbers")
    let sorted = values.sorted()
    let n = sorted.count
    let (low, high) = (sorted[(n - 1) / 2], sorted[n / 2])
    median = low == high ? low : (low + high) / 2
    var place = 0
    var tail = pow(0.5, Double(n))
    var term = tail
    while place + 1 <= (n - 1) / 2 {
      let next = term * Double(n - place) / Double(place + 1)
      guard 1 - 2 * (tail + next) >= 0.95 else { break }
      place += 1
      term = next
      tail += next
    }
    (lower, upper) = (sorted[place], sorted[n - 1 - place])
    coverage = max(0, 1 - 2 * tail)
  }
}
