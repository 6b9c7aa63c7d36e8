import Metrics

/// The Theil–Sen line: the median of the slopes between all pairs of points, which a third of wild values cannot move far (Theil 1950, Sen
/// 1968).
public struct TheilSen: Sendable, Equatable {
  /// The median slope, in units of the values for each unit of the positions.
  public let slope: Double
  /// The median of value − slope × position.
  public let intercept: Double
  /// Sen's interval for the slope (1968, section 6), without the correction for ties; it assumes independent errors.
  public let interval: ConfidenceInterval

  /// Fits `values` at `positions`, or at 0, 1, 2, … where there are none.
  ///
  /// Takes time and memory in n²: average long series first, as ``Trend`` does.
  ///
  /// - Parameters:
  ///   - values: what was recorded.
  ///   - positions: where, ascending.
  ///   - varianceFactor: how many times larger the variance of the Mann–Kendall score is than that of independent values, for the interval; 1
  ///     by default.
  /// - Throws: ``DiagnosticsError`` where there are fewer than 2 values, one is not finite, or positions do not ascend.
  public init(_ values: [Double], at positions: [Double]? = nil, varianceFactor: Double = 1) throws {
    let positions = positions ?? values.indices.map(Double.init)
    try SeriesCheck.require(values, atLeast: 2, for: "the Theil–Sen line")
    try SeriesCheck.requireAscending(positions, count: values.count, for: "the Theil–Sen line")
    let n = values.count
    var slopes: [Double] = []
    slopes.reserveCapacity(n * (n - 1) / 2)
    for j in 1..<n {
      for i in 0..<j { slopes.append((values[j] - values[i]) / (positions[j] - positions[i])) }
    }
    slopes.sort()
    let half = slopes.count / 2
    let median = slopes.count.isMultiple(of: 2) ? (slopes[half - 1] + slopes[half]) / 2 : slopes[half]
    slope = median
    intercept = Statistics.median(zip(values, positions).map { $0 - median * $1 })
    // 1.96 standard deviations of Mann and Kendall's score, counted in pairs.
    let reach = 1.959963984540054 * (Double(n) * Double(n - 1) * Double(2 * n + 5) / 18 * varianceFactor).squareRoot()
    let pairs = Double(slopes.count)
    let low = Int(((pairs - reach) / 2).rounded(.down)) - 1
    let high = Int(((pairs + reach) / 2).rounded(.up))
    interval = ConfidenceInterval(
      estimate: median, lower: low >= 0 ? slopes[low] : -.infinity, upper: high < slopes.count ? slopes[high] : .infinity)
  }
}
