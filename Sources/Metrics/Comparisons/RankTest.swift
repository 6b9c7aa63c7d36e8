import Foundation

/// Two-sided tests of whether runs of one variant score better than those of another, by the order of scores alone.
///
/// They need neither a scale nor a distribution, so that counts, shares and distances with long tails are tested alike. NaN, the score of a run
/// that failed or diverged, is worse than every number and ties with itself. Ties get the mean of their ranks, and the p-value is the exact one
/// given them: of all ways to deal the ranks out. Above ``exactLimit`` scores it is the normal approximation, corrected for ties.
///
/// Mann and Whitney 1947; Wilcoxon 1945; ties by Lehmann 1975, "Nonparametrics", sections 1.4 and 3.2.
public enum RankTest {
  /// The most scores, of both sides together, for which every deal of ranks is counted.
  public static let exactLimit = 60

  /// The Mann-Whitney test of scores of which none belongs to another: of 1 where a side is empty.
  public static func unpaired(_ first: [Double], _ second: [Double]) -> Double {
    let scores = (first + second).map(order)
    guard !first.isEmpty, !second.isEmpty else { return 1 }
    let ranks = doubledRanks(scores)
    let observed = ranks.prefix(first.count).reduce(0, +)
    let (chosen, all) = (first.count, ranks.count)
    let total = ranks.reduce(0, +)
    // In doubled ranks, so that means of ranks are whole; distances times `all`, so that the mean is whole.
    let distance = abs(observed * all - chosen * total)
    guard distance > 0 else { return 1 }
    guard all > exactLimit else {
      let ways = waysToChoose(chosen, of: ranks)
      var (extreme, every) = (0.0, 0.0)
      for (sum, count) in ways.enumerated() where count > 0 {
        every += count
        if abs(sum * all - chosen * total) >= distance { extreme += count }
      }
      return min(1, extreme / every)
    }
    // Var of the sum of `chosen` ranks drawn without replacement: k (N − k) / N times the ranks' variance with N − 1.
    let mean = Double(total) / Double(all)
    let spread = ranks.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(all - 1)
    let deviation = (Double(chosen * (all - chosen)) / Double(all) * spread).squareRoot()
    // Half a step of the doubled sum's steps of 2 towards the mean.
    return normal(Double(distance) / Double(all) - 1, deviation)
  }

  /// Wilcoxon's signed-rank test of pairs: entry `i` of both belongs together, such as by its seed. Equal pairs are ranked, and then left out
  /// (Pratt 1959); 1 where all are equal.
  public static func paired(_ first: [Double], _ second: [Double]) -> Double {
    precondition(first.count == second.count, "pairs need as many scores on both sides")
    let differences = zip(first, second).map { difference($0, $1) }
    let ranks = zip(doubledRanks(differences.map(abs)), differences).filter { $1 != 0 }
    let total = ranks.reduce(0) { $0 + $1.0 }
    let distance = abs(2 * ranks.reduce(0) { $0 + ($1.1 > 0 ? $1.0 : 0) } - total)
    guard distance > 0 else { return 1 }
    guard ranks.count > exactLimit else {
      // The ways in which signs give each sum of positive ranks.
      var ways = [Double](repeating: 0, count: total + 1)
      ways[0] = 1
      var reached = 0
      for (rank, _) in ranks {
        reached += rank
        for sum in stride(from: reached, through: rank, by: -1) { ways[sum] += ways[sum - rank] }
      }
      let extreme = ways.enumerated().reduce(0.0) { abs(2 * $1.offset - total) >= distance ? $0 + $1.element : $0 }
      return min(1, extreme / pow(2, Double(ranks.count)))
    }
    let deviation = ranks.reduce(0.0) { $0 + Double($1.0 * $1.0) }.squareRoot()
    return normal(Double(distance) - 2, deviation)
  }

  /// The least p-value that so many runs of each variant can give, whatever comes out: 2 / C(2n, n), of pairs 2 / 2ⁿ.
  public static func leastPValue(runs: Int, isPaired: Bool) -> Double {
    guard !isPaired else { return min(1, 2 / pow(2, Double(runs))) }
    return min(1, 2 * (0..<runs).reduce(1.0) { $0 * Double($1 + 1) / Double(runs + $1 + 1) })
  }

  /// `first` − `second` of scores of which NaN is the worst, 0 of equal ones.
  static func difference(_ first: Double, _ second: Double) -> Double {
    let (a, b) = (order(first), order(second))
    return a == b ? 0 : a - b
  }

  private static func order(_ score: Double) -> Double { score.isNaN ? -.infinity : score }

  /// Twice the rank of each value, from 2 on; equal values share the mean of their ranks.
  private static func doubledRanks(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Int](repeating: 0, count: values.count)
    var begin = 0
    while begin < order.count {
      var end = begin + 1
      while end < order.count, values[order[end]] == values[order[begin]] { end += 1 }
      for place in begin..<end { ranks[order[place]] = begin + end + 1 }
      begin = end
    }
    return ranks
  }

  /// In how many ways `count` of `values` have each sum, from 0.
  private static func waysToChoose(_ count: Int, of values: [Int]) -> [Double] {
    let largest = values.sorted(by: >).prefix(count).reduce(0, +)
    let width = largest + 1
    var ways = [Double](repeating: 0, count: (count + 1) * width)
    ways[0] = 1
    for (seen, value) in values.enumerated() {
      for taken in stride(from: min(count, seen + 1), through: 1, by: -1) {
        let (to, from) = (taken * width, (taken - 1) * width)
        for sum in stride(from: largest, through: value, by: -1) { ways[to + sum] += ways[from + sum - value] }
      }
    }
    return Array(ways[(count * width)...])
  }

  private static func normal(_ distance: Double, _ deviation: Double) -> Double {
    min(1, 2 * BinomialTest.normalUpperTail(max(0, distance) / deviation))
  }

  /// Spearman's correlation of two lists of as many scores; NaN where one has no spread. NaN scores are the worst.
  public static func correlation(_ first: [Double], _ second: [Double]) -> Double {
    precondition(first.count == second.count, "a correlation needs as many scores on both sides")
    let (a, b) = (doubledRanks(first.map(order)).map(Double.init), doubledRanks(second.map(order)).map(Double.init))
    let (meanA, meanB) = (Statistics.mean(a), Statistics.mean(b))
    var (product, squareA, squareB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      product += (x - meanA) * (y - meanB)
      squareA += (x - meanA) * (x - meanA)
      squareB += (y - meanB) * (y - meanB)
    }
    return squareA > 0 && squareB > 0 ? product / (squareA * squareB).squareRoot() : .nan
  }

  /// The correlation from which on pairs tell more than as many runs by themselves: ρ with (1 − ρ) t²(n − 1) = t²(2n − 2).
  ///
  /// A paired comparison's variance is smaller by 1 − ρ, but it has half the degrees of freedom; t are Student's 97.5 % quantiles.
  ///
  /// - Parameter runs: n, the number of pairs, at least 2.
  public static func usefulCorrelation(runs: Int) -> Double {
    precondition(runs > 1, "pairs are compared from two on")
    let n = Double(runs)
    let ratio = StudentT(degreesOfFreedom: 2 * n - 2).quantile(0.975) / StudentT(degreesOfFreedom: n - 1).quantile(0.975)
    return 1 - ratio * ratio
  }
}
