import Tensors

/// Resampling with replacement: what a statistic would have been with other runs of the same kind.
///
/// Runs are resampled within their stratum, such as a task, so that each keeps its number (Efron and Tibshirani 1993; for scores of tasks × runs
/// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice"). Where all resamples are at most 2¹⁶, as
/// with six values or fewer, each is taken once and the result is exact; otherwise they are drawn from the key, the same in every run.
public struct Bootstrap: Sendable, Equatable {
  /// How many resamples are drawn where they are too many to take all; 10,000 by default.
  public let resamples: Int
  /// The key of the draws.
  public let key: Key

  /// Creates a bootstrap; `resamples` is at least 1.
  public init(resamples: Int = 10_000, key: Key = Key(seed: 0).derived("bootstrap")) {
    precondition(resamples > 0, "a bootstrap needs at least one resample")
    self.resamples = resamples
    self.key = key
  }

  /// The values of `statistic` over resamples.
  ///
  /// - Parameters:
  ///   - sizes: how many values each stratum has, each at least 1.
  ///   - statistic: gets, for each stratum, the indices of the values that a resample consists of.
  public func distribution(ofStrata sizes: [Int], _ statistic: ([[Int]]) -> Double) -> [Double] {
    precondition(sizes.allSatisfy { $0 > 0 }, "every stratum needs a value to resample")
    var indices = sizes.map { [Int](repeating: 0, count: $0) }
    if let count = Self.exactCount(sizes) {
      return (0..<count).map { number in
        var rest = number
        for (stratum, size) in sizes.enumerated() {
          for place in 0..<size {
            indices[stratum][place] = rest % size
            rest /= size
          }
        }
        return statistic(indices)
      }
    }
    return (0..<resamples).map { number in
      let draws = key.derived(number)
      var element = 0
      for (stratum, size) in sizes.enumerated() {
        for place in 0..<size {
          indices[stratum][place] = draws.integer(below: size, element: element)
          element += 1
        }
      }
      return statistic(indices)
    }
  }

  /// The values over resamples of a statistic of one sample.
  public func distribution(of values: [Double], _ statistic: ([Double]) -> Double) -> [Double] {
    distribution(ofStrata: [values.count]) { indices in statistic(indices[0].map { values[$0] }) }
  }

  /// The variance of a statistic over resamples, with their number in the denominator: of the mean of n values Σ(x − x̄)²/n².
  public func variance(of values: [Double], _ statistic: ([Double]) -> Double) -> Double {
    let found = distribution(of: values, statistic)
    let mean = Statistics.mean(found)
    return Statistics.mean(found.map { ($0 - mean) * ($0 - mean) })
  }

  /// The percentile interval: the quantiles (1 ∓ level)/2 of the statistic over resamples, around its value for the sample itself.
  ///
  /// It has no width where all values are equal, and is too narrow for few: below 10 or so an exact interval is better.
  public func interval(ofStrata sizes: [Int], level: Double = 0.95, _ statistic: ([[Int]]) -> Double) -> ConfidenceInterval {
    let found = distribution(ofStrata: sizes, statistic).sorted()
    return ConfidenceInterval(
      estimate: statistic(sizes.map { Array(0..<$0) }), lower: Statistics.quantile(sorted: found, (1 - level) / 2),
      upper: Statistics.quantile(sorted: found, (1 + level) / 2), level: level)
  }

  /// The percentile interval of a statistic of one sample.
  public func interval(of values: [Double], level: Double = 0.95, _ statistic: ([Double]) -> Double) -> ConfidenceInterval {
    interval(ofStrata: [values.count], level: level) { indices in statistic(indices[0].map { values[$0] }) }
  }

  /// How many resamples there are; `nil` where more than 2¹⁶.
  private static func exactCount(_ sizes: [Int]) -> Int? {
    var count = 1
    for size in sizes {
      for _ in 0..<size {
        count *= size
        if count > 1 << 16 { return nil }
      }
    }
    return count
  }
}
