/// By how much the scores of one variant exceed those of another: the shift that makes their ranks alike, with the interval of all shifts that
/// ``RankTest`` does not reject.
///
/// Hodges and Lehmann 1963, "Estimates of Location Based on Rank Tests". The interval and the test cannot contradict each other: 0 lies in the
/// interval exactly where the test's p-value is at least 1 − `level`.
public struct RankShift: Sendable, Equatable {
  /// The median of all differences between a score of the first and one of the second, or of the means of two pairs' differences; `nil` where
  /// a run that failed decides it.
  public let estimate: Double?
  /// The lower end; `nil` where no end is known: with so few runs that the test rejects nothing, or where runs that failed decide it.
  public let lower: Double?
  /// The upper end.
  public let upper: Double?
  /// The two-sided p-value of no shift.
  public let pValue: Double

  /// Compares two lists of scores, at least one each; NaN is the score of a run that failed.
  ///
  /// - Parameters:
  ///   - isPaired: whether entry `i` of both belongs together.
  ///   - level: the interval's confidence.
  public init(_ first: [Double], _ second: [Double], isPaired: Bool, level: Double = 0.95) {
    precondition(!first.isEmpty && !second.isEmpty, "a shift needs a score on both sides")
    let significance = 1 - level
    let sorted = Self.candidates(first, second, isPaired).sorted()
    func test(_ shift: Double) -> Double {
      let shifted = first.map { $0 - shift }
      return isPaired ? RankTest.paired(shifted, second) : RankTest.unpaired(shifted, second)
    }
    let p = test(0)
    pValue = p
    let middle = Statistics.median(sorted)
    estimate = middle.isFinite ? middle : nil
    let distinct = sorted.reduce(into: [Double]()) { if $0.last != $1 { $0.append($1) } }.filter(\.isFinite)
    guard let least = distinct.first, let largest = distinct.last else {
      (lower, upper) = (nil, nil)
      return
    }
    // The p-value is constant between neighbouring differences, rises up to the estimate, and falls behind it.
    let air = max(abs(least), abs(largest), 1)
    let places = [least - air] + zip(distinct, distinct.dropFirst()).map { ($0 + $1) / 2 } + [largest + air]
    let peak = places.firstIndex { $0 >= middle } ?? places.count - 1
    let low = Self.first(in: 0..<(peak + 1)) { test(places[$0]) >= significance }
    let high =
      places.count - 1
      - Self.first(in: 0..<(places.count - min(peak, low))) { test(places[places.count - 1 - $0]) >= significance }
    var ends: (Double?, Double?) = (
      distinct.indices.contains(low - 1) ? distinct[low - 1] : nil, distinct.indices.contains(high) ? distinct[high] : nil
    )
    // Every shift is rejected but the estimate; where runs that failed decide that, there is none.
    if low > high { ends = (estimate, estimate) }
    // Where scores tie, the test at 0 itself decides whether 0 belongs to the interval.
    if let lower = ends.0, let upper = ends.1 {
      if p >= significance { ends = (min(lower, 0), max(upper, 0)) }
      if p < significance, lower < 0, upper > 0 { ends = middle > 0 || -lower < upper ? (0, upper) : (lower, 0) }
    }
    (lower, upper) = ends
  }

  /// The differences at which a shift's p-value changes; of more than a thousand runs those between a thousand evenly chosen ones.
  private static func candidates(_ first: [Double], _ second: [Double], _ isPaired: Bool) -> [Double] {
    guard isPaired else {
      let others = thinned(second)
      return thinned(first).flatMap { a in others.map { RankTest.difference(a, $0) } }
    }
    let differences = thinned(zip(first, second).map { RankTest.difference($0, $1) })
    return differences.indices.flatMap { i in
      differences[i...].map { other in
        let mean = (differences[i] + other) / 2
        return mean.isNaN ? 0 : mean
      }
    }
  }

  private static func thinned(_ values: [Double]) -> [Double] {
    guard values.count > 1000 else { return values }
    let sorted = values.map { $0.isNaN ? -.infinity : $0 }.sorted()
    return (0..<1000).map { sorted[$0 * (sorted.count - 1) / 999] }
  }

  /// The first number of `range` from which on `isHeld` holds, its upper bound where it never does; by bisection.
  private static func first(in range: Range<Int>, _ isHeld: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if isHeld(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
