/// Summaries of a few numbers, such as one score a seed.
public enum Statistics {
  /// The arithmetic mean; NaN of no numbers.
  public static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The sample standard deviation, with n − 1 in the denominator; NaN of fewer than two numbers.
  public static func standardDeviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return .nan }
    let mean = mean(values)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }

  /// The standard error of the mean, s/√n; NaN of fewer than two numbers.
  public static func standardError(_ values: [Double]) -> Double {
    standardDeviation(values) / Double(values.count).squareRoot()
  }

  /// The middle of the sorted numbers, or the mean of the two in the middle; NaN of no numbers.
  public static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let half = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
  }

  /// The mean of the middle half: a quarter of the sorted numbers, rounded down, is cut at each end; NaN of no numbers.
  ///
  /// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice".
  public static func interquartileMean(_ values: [Double]) -> Double {
    let cut = values.count / 4
    return mean(Array(values.sorted().dropFirst(cut).dropLast(cut)))
  }

  /// The interquartile mean of all scores of all tasks together; `tasks` has the runs of each task.
  public static func interquartileMean(tasks: [[Double]]) -> Double { interquartileMean(tasks.flatMap { $0 }) }

  /// The quantile of `sorted` numbers, in ascending order, at `probability` in 0…1: linear between neighbours, so that 0 is the least and 1
  /// the largest; NaN of no numbers.
  public static func quantile(sorted: [Double], _ probability: Double) -> Double {
    precondition((0...1).contains(probability), "a quantile needs a probability from 0 to 1")
    guard !sorted.isEmpty else { return .nan }
    let place = probability * Double(sorted.count - 1)
    let index = min(Int(place), sorted.count - 1)
    let (low, high) = (sorted[index], sorted[min(index + 1, sorted.count - 1)])
    return low == high ? low : low + (place - Double(index)) * (high - low)
  }

  /// Student's interval for the mean: mean ± t · s/√n; NaN ends for fewer than two numbers.
  public static func confidenceInterval(_ values: [Double], level: Double = 0.95) -> ConfidenceInterval {
    let mean = mean(values)
    guard values.count > 1 else { return ConfidenceInterval(estimate: mean, lower: .nan, upper: .nan, level: level) }
    let t = StudentT(degreesOfFreedom: Double(values.count - 1)).quantile((1 + level) / 2)
    let half = t * standardError(values)
    return ConfidenceInterval(estimate: mean, lower: mean - half, upper: mean + half, level: level)
  }

  /// Wilson's interval for a probability, from `successes` of `trials` (at least 1): right even at 0 and at all.
  public static func wilsonInterval(successes: Int, trials: Int) -> ConfidenceInterval {
    precondition(trials > 0 && (0...trials).contains(successes), "\(successes) of \(trials) trials is impossible")
    let z = 1.959963984540054  // the normal distribution's 97.5 % quantile
    let n = Double(trials)
    let p = Double(successes) / n
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
    return ConfidenceInterval(estimate: p, lower: max(0, middle - half), upper: min(1, middle + half))
  }

  /// Clopper and Pearson's interval for a probability: exact, so that it holds the truth in at least `level` of all cases.
  ///
  /// - Parameters:
  ///   - successes: from 0 to `trials`; need not be whole, such as where a tie is half a success.
  ///   - trials: at least 1.
  public static func clopperPearsonInterval(successes: Double, trials: Int, level: Double = 0.95) -> ConfidenceInterval {
    let n = Double(trials)
    precondition(trials > 0 && (0...n).contains(successes), "\(successes) of \(trials) trials is impossible")
    func solution(_ a: Double, _ b: Double, _ tail: Double) -> Double {
      var (low, high) = (0.0, 1.0)
      for _ in 0..<100 {
        let middle = (low + high) / 2
        if middle == low || middle == high { break }
        if SpecialFunctions.regularizedBeta(a, b, middle) < tail { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
    return ConfidenceInterval(
      estimate: successes / n,
      lower: successes <= 0 ? 0 : solution(successes, n - successes + 1, (1 - level) / 2),
      upper: successes >= n ? 1 : solution(successes + 1, n - successes, (1 + level) / 2), level: level)
  }

  /// Holm's step-down correction of p-values for testing them together; the order is kept.
  public static func holm(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var result = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, pValues[index] * Double(pValues.count - rank)))
      result[index] = largest
    }
    return result
  }
}
