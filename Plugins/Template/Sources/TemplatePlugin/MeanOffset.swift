import Rival

/// How far the mean of the samples lies from that of the real ones: 0 up to chance for a perfect generator.
///
/// ‖mean(y) − mean(x)‖, in the samples' unit.
public struct MeanOffset: Metric {
  public static let name = "mean-offset"
  public static let summary = "The distance between the means of generated and of real samples."
  public static let equation = "|mean(y) - mean(x)|"

  public init() {}

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    guard samples.count > 0, reference.count > 0, samples.dimension == reference.dimension else {
      throw MetricError("mean-offset needs samples of one size on both sides; draw some")
    }
    let (a, b) = (mean(of: samples), mean(of: reference))
    let square = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return [
      MetricValue(
        Self.name, square.squareRoot(), goal: .lower, display: MetricDisplay("mean offset", meaning: "how far the means are apart"))
    ]
  }

  private func mean(of set: SampleSet) -> [Double] {
    var sums = [Double](repeating: 0, count: set.dimension)
    for (index, value) in set.values.enumerated() { sums[index % set.dimension] += Double(value) }
    return sums.map { $0 / Double(set.count) }
  }
}
