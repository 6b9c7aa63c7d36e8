import Foundation
import Metrics

/// Where the level of a series changes, if it does: Pettitt's rank test (1979), which no outlier misleads.
///
/// It assumes independent values without a change. Of records that hang together, give it means of blocks.
public struct Change: Sendable, Equatable {
  /// The first value after the most likely change.
  public let index: Int
  /// The median before the change.
  public let before: Double
  /// The median from the change on.
  public let after: Double
  /// The probability of a split this clear without a change: 2 exp(−6K²/(n³ + n²)), at most 1.
  public let pValue: Double

  /// Looks for one change in `values`, in time n log n.
  ///
  /// - Throws: ``DiagnosticsError`` where there are fewer than 6 values or one is not finite.
  public init(_ values: [Double]) throws {
    try SeriesCheck.require(values, atLeast: 6, for: "the change test")
    let n = values.count
    let ranks = Self.ranks(values)
    var best = 0.0
    var place = 1
    var sum = 0.0
    for k in 1..<n {
      sum += ranks[k - 1]
      let score = abs(2 * sum - Double(k) * Double(n + 1))
      if score > best { (best, place) = (score, k) }
    }
    index = place
    before = Statistics.median(Array(values[..<place]))
    after = Statistics.median(Array(values[place...]))
    let size = Double(n)
    pValue = min(1, 2 * exp(-6 * best * best / (size * size * size + size * size)))
  }

  /// Ranks from 1; equal values share the mean of theirs.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  /// How far `value` lies from a history, in robust standard deviations: (value − median)/(1.4826 × median absolute deviation).
  ///
  /// - Returns: 0 where the value is the median; ±∞ where the history does not vary and the value differs.
  /// - Throws: ``DiagnosticsError`` where the history has fewer than 3 values or one is not finite.
  public static func score(of value: Double, against history: [Double]) throws -> Double {
    try SeriesCheck.require(history, atLeast: 3, for: "the comparison with a history")
    let median = Statistics.median(history)
    let deviation = 1.4826 * Statistics.median(history.map { abs($0 - median) })
    let distance = value - median
    return distance == 0 ? 0 : distance / deviation
  }
}
