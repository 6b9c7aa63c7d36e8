import Components
import Metrics
import Tensors

/// The number of statistically different bins: clusters that generated samples hit more or less often than real ones do.
///
/// The clusters are fitted on a part of the real samples of their own: bins fitted on the samples that they are compared with would fit
/// these better than any others. For two draws from one distribution about the share `significance` of the bins differs.
public struct DifferentBins: Metric {
  public static let name = "different-bins"
  public static let summary = "The share of clusters that generated and real samples hit with different frequency (NDB)."
  public static let equation = "NDB/K = 1/K sum_k 1[|p_k - q_k| / sqrt(p(1 - p)(1/n + 1/m)) > z_(1 - alpha/2)]"
  public static let reference = "Richardson and Weiss 2018, section 2"
  public static let fieldDescriptions = [
    "bins": "The number of clusters, 2 or above; where there are fewer than ten real samples for each, fewer are made",
    "significance": "The level of each bin's test, in (0, 1)",
  ]

  /// The number of clusters, 2 or above; where there are fewer than ten real samples for each, fewer are made.
  public var bins: Int = 100
  /// The level of each bin's test, in (0, 1).
  public var significance: Double = 0.05

  public init() {}

  public init(bins: Int, significance: Double = 0.05) {
    self.bins = bins
    self.significance = significance
  }

  public func validateFields() throws {
    guard bins >= 2 else { throw ComponentError(component: Self.name, field: "bins", value: bins, expected: "2 or above") }
    guard significance > 0, significance < 1 else {
      throw ComponentError(component: Self.name, field: "significance", value: significance, expected: "above 0 and below 1")
    }
  }

  /// How two sets fill the same bins.
  public struct Result: Sendable, Equatable {
    /// The share of real samples in each bin.
    public var realShares: [Double]
    /// The share of generated samples in each bin.
    public var generatedShares: [Double]
    /// The score of each bin: the generated share less the real one, in standard errors.
    public var scores: [Double]
    /// Each bin's two-sided p-value.
    public var pValues: [Double]
    /// The bins whose p-value is below the level.
    public var differentCount: Int
    /// The Jensen-Shannon divergence between the shares, in nats.
    public var jensenShannon: Double
    /// ``differentCount`` over the number of bins.
    public var differentShare: Double { Double(differentCount) / Double(scores.count) }
  }

  /// Compares counts in the same bins, by the two-proportion z-test in each.
  ///
  /// - Throws: `MetricError` where a set is empty or the numbers of bins differ.
  public func result(generatedCounts: [Int], realCounts: [Int]) throws -> Result {
    let (generated, real) = (generatedCounts.reduce(0, +), realCounts.reduce(0, +))
    guard generatedCounts.count == realCounts.count, generated > 0, real > 0 else {
      throw MetricError(
        "bins can be compared where both sides have samples in the same bins; there are \(generated) in \(generatedCounts.count) and "
          + "\(real) in \(realCounts.count)")
    }
    let tests = zip(generatedCounts, realCounts).map { BinomialTest.twoProportions($0, of: generated, $1, of: real) }
    let realShares = realCounts.map { Double($0) / Double(real) }
    let generatedShares = generatedCounts.map { Double($0) / Double(generated) }
    return Result(
      realShares: realShares, generatedShares: generatedShares, scores: tests.map(\.score), pValues: tests.map(\.pValue),
      differentCount: tests.count { $0.pValue < significance },
      jensenShannon: Divergence.jensenShannon(generatedShares, realShares))
  }

  /// Compares samples in clusters of `fitting`, real samples that are in neither of the compared sets.
  ///
  /// - Throws: `MetricError` where the dimensions differ or there are fewer than 20 samples for the clusters.
  public func result(_ samples: SampleSet, against reference: SampleSet, fitting: SampleSet, key: Key) throws -> Result {
    guard samples.dimension == reference.dimension, fitting.dimension == reference.dimension else {
      throw MetricError.differentDimensions(samples, reference)
    }
    guard fitting.count >= 20 else {
      throw MetricError("bins need 20 or more real samples of their own; there are \(fitting.count)")
    }
    let clusters = try KMeans(fitting, count: max(2, min(bins, fitting.count / 10)), key: key.derived("clusters"))
    return try result(generatedCounts: clusters.counts(samples), realCounts: clusters.counts(reference))
  }

  /// A random half of `reference` makes the bins, the other half is compared.
  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    let order = RandomOrder.permutation(of: reference.count, key: key.derived("split"))
    let half = reference.count / 2
    let result = try result(
      samples, against: reference.selecting(order.dropFirst(half)), fitting: reference.selecting(order.prefix(half)), key: key)
    return [
      MetricValue("different-bins", result.differentShare, goal: .lower),
      MetricValue("bins-jensen-shannon", result.jensenShannon, goal: .lower),
    ]
  }
}
