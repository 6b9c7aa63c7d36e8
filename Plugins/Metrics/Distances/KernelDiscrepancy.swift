import Metrics

/// The squared maximum mean discrepancy for any kernel, in three estimators: E k(X, X′) + E k(Y, Y′) − 2 E k(X, Y).
public enum KernelDiscrepancy {
  /// Which pairs the means are taken over.
  public enum Estimator: String, Sendable, Codable, CaseIterable {
    /// Different samples within a set, all pairs across: unbiased, sizes may differ (Gretton et al. 2012, equation 3).
    case unbiased
    /// All pairs, a sample with itself too: never negative for a positive definite kernel, biased upwards (equation 5).
    case biased
    /// Different indices across too, for two sets of one size: unbiased, with a slightly larger variance (equation 4).
    case paired
  }

  /// An estimate with its standard error.
  public struct Estimate: Sendable, Equatable {
    public var value: Double
    /// √(4 Var h(X)/n + 4 Var h(Y)/m) with h the kernel's mean difference at a sample: of the first order, and too large by √2 for two
    /// draws from one distribution.
    public var standardError: Double
  }

  /// Estimates the squared discrepancy of two sets. Time grows with their product; memory does not.
  ///
  /// - Throws: `MetricError` with fewer than two samples on a side, with two dimensions, or for ``Estimator/paired`` with two sizes.
  public static func squared(
    _ first: SampleSet, _ second: SampleSet, kernel: SimilarityKernel, estimator: Estimator = .unbiased
  ) throws -> Estimate {
    try first.requirePair(with: second, atLeast: 2, for: "kernel discrepancy")
    if estimator == .paired, first.count != second.count {
      throw MetricError("the paired estimator needs sets of one size, not \(first.count) and \(second.count); take the unbiased one")
    }
    let within = (sums(within: first, kernel), sums(within: second, kernel))
    let across = sums(first, second, kernel)
    let (n, m) = (Double(first.count), Double(second.count))
    let different = (within.0.rows.reduce(0, +), within.1.rows.reduce(0, +))
    let between = across.rows.reduce(0, +)
    let value: Double
    switch estimator {
    case .unbiased: value = different.0 / (n * (n - 1)) + different.1 / (m * (m - 1)) - 2 * between / (n * m)
    case .biased:
      value = (different.0 + within.0.diagonal) / (n * n) + (different.1 + within.1.diagonal) / (m * m) - 2 * between / (n * m)
    case .paired: value = (different.0 + different.1 - 2 * (between - across.diagonal)) / (n * (n - 1))
    }
    let h = zip(within.0.rows, across.rows).map { $0 / (n - 1) - $1 / m }
    let g = zip(within.1.rows, across.columns).map { $0 / (m - 1) - $1 / n }
    let variance = 4 * variance(h) / n + 4 * variance(g) / m
    return Estimate(value: value, standardError: variance.squareRoot())
  }

  private static func variance(_ values: [Double]) -> Double {
    let deviation = Statistics.standardDeviation(values)
    return deviation * deviation
  }

  /// For each sample the sum of the kernel over all other samples of the set; and the sum over the diagonal.
  private static func sums(within set: SampleSet, _ kernel: SimilarityKernel) -> (rows: [Double], diagonal: Double) {
    var sums = [Double](repeating: 0, count: set.count)
    var diagonal = 0.0
    PairwiseBlocks(set, set, kernel.quantity).visit(upperOnly: true) { rows, columns, values in
      kernel.apply(to: values)
      let isDiagonal = rows == columns
      for row in 0..<rows.count {
        var sum = 0.0
        for column in (isDiagonal ? row + 1 : 0)..<columns.count {
          let value = values[row * columns.count + column]
          sum += value
          sums[columns.lowerBound + column] += value
        }
        sums[rows.lowerBound + row] += sum
        if isDiagonal { diagonal += values[row * columns.count + row] }
      }
    }
    return (sums, diagonal)
  }

  /// The kernel's sums over each row and each column, and over the pairs of equal index.
  private static func sums(
    _ first: SampleSet, _ second: SampleSet, _ kernel: SimilarityKernel
  ) -> (rows: [Double], columns: [Double], diagonal: Double) {
    var rowSums = [Double](repeating: 0, count: first.count)
    var columnSums = [Double](repeating: 0, count: second.count)
    var diagonal = 0.0
    PairwiseBlocks(first, second, kernel.quantity).visit { rows, columns, values in
      kernel.apply(to: values)
      for row in 0..<rows.count {
        var sum = 0.0
        for column in 0..<columns.count {
          let value = values[row * columns.count + column]
          sum += value
          columnSums[columns.lowerBound + column] += value
        }
        rowSums[rows.lowerBound + row] += sum
        let place = rows.lowerBound + row - columns.lowerBound
        if (0..<columns.count).contains(place) { diagonal += values[row * columns.count + place] }
      }
    }
    return (rowSums, columnSums, diagonal)
  }
}
