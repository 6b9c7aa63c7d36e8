import Foundation

/// The Mann–Kendall test: whether a series tends to rise or to fall, whatever the shape of the trend (Mann 1945, Kendall 1975).
///
/// It assumes that the values are independent under the null hypothesis. Series of a training run are not: use ``Trend``, which makes them so
/// first.
public struct MannKendall: Sendable, Equatable {
  /// How many values there were.
  public let count: Int
  /// S = Σ sign(xⱼ − xᵢ) over all i < j: n(n − 1)/2 for a series that only rises.
  public let score: Int
  /// The variance of the score without a trend, corrected for ties.
  public let variance: Double
  /// (S ∓ 1)/√(variance × factor); 0 where S is 0.
  public let z: Double
  /// P(|Z| ≥ |z|) by the normal approximation, which is good from about eight values.
  public let pValue: Double

  /// Tests `values` in their order, in time n log n.
  ///
  /// - Parameter varianceFactor: how many times larger the score's variance is than that of independent values; 1 by default.
  /// - Throws: ``DiagnosticsError`` where there are fewer than 3 values or one is not finite.
  public init(_ values: [Double], varianceFactor: Double = 1) throws {
    precondition(varianceFactor > 0, "a variance factor is above 0")
    try SeriesCheck.require(values, atLeast: 3, for: "the Mann–Kendall test")
    count = values.count
    var sorted = values
    let discordant = Self.inversions(&sorted)
    var tiedPairs = 0
    var correction = 0.0
    var start = 0
    while start < sorted.count {
      var end = start
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      let ties = end - start
      tiedPairs += ties * (ties - 1) / 2
      correction += Double(ties) * Double(ties - 1) * Double(2 * ties + 5)
      start = end
    }
    score = count * (count - 1) / 2 - tiedPairs - 2 * discordant
    let n = Double(count)
    variance = (n * (n - 1) * (2 * n + 5) - correction) / 18
    z = score == 0 || variance <= 0 ? 0 : (Double(score) - (score > 0 ? 1 : -1)) / (variance * varianceFactor).squareRoot()
    pValue = erfc(abs(z) / 2.0.squareRoot())
  }

  /// Sorts `values` and counts the pairs in the wrong order.
  private static func inversions(_ values: inout [Double]) -> Int {
    var source = values
    var target = values
    var total = 0
    var width = 1
    while width < source.count {
      for start in stride(from: 0, to: source.count, by: 2 * width) {
        let middle = min(start + width, source.count)
        let end = min(start + 2 * width, source.count)
        var (left, right) = (start, middle)
        for place in start..<end {
          if right == end || (left < middle && source[left] <= source[right]) {
            target[place] = source[left]
            left += 1
          } else {
            target[place] = source[right]
            right += 1
            total += middle - left
          }
        }
      }
      swap(&source, &target)
      width *= 2
    }
    values = source
    return total
  }
}
