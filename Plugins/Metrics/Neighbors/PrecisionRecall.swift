import Components
import Metrics
import Tensors

/// Improved precision and recall: which share of generated samples lies in the support of the real ones, and the reverse.
///
/// The support of a set is taken for the union of balls around its samples, each with the distance to its `neighbors`-th other sample as
/// radius. Both are below 1 for two draws from one distribution, so that only the null band says what is reached; both trust outliers.
public struct PrecisionRecall: BallMetric {
  public static let name = "precision-recall"
  public static let aliases = ["precision": "", "recall": ""]
  public static let summary = "The share of generated samples in the support of the real ones, and the reverse."
  public static let equation =
    "precision = mean_j 1[exists i: |y_j - x_i| < r_k(x_i)];  recall = mean_i 1[exists j: |x_i - y_j| < r_k(y_j)]"
  public static let reference = "Kynkäänniemi et al. 2019, equations 1 and 2"
  public static let fieldDescriptions = [
    "ball": "Whether a ball holds the points at its radius: 'open' or 'closed'",
    "neighbors": "The neighbour whose distance is a ball's radius, 1 or above",
  ]

  /// The neighbour whose distance is a ball's radius, 1 or above.
  public var neighbors: Int = 3
  /// Whether a ball holds the points at its radius: `open` or `closed`.
  public var ball: BallRule = .open

  public init() {}

  /// Precision and recall, each in 0…1.
  ///
  /// - Throws: `MetricError` where a set has not more than ``neighbors`` samples, or the dimensions differ.
  public func values(_ samples: SampleSet, against reference: SampleSet) throws -> (precision: Double, recall: Double) {
    let real = try NearestNeighbors(within: reference, count: neighbors).squaredRadii
    let generated = try NearestNeighbors(within: samples, count: neighbors).squaredRadii
    let inReal = try BallCounts(centers: reference, squaredRadii: real, points: samples, rule: ball)
    let inGenerated = try BallCounts(centers: samples, squaredRadii: generated, points: reference, rule: ball)
    return (share(inReal.ballsPerPoint), share(inGenerated.ballsPerPoint))
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    let values = try values(samples, against: reference)
    func value(_ name: String, _ share: Double, _ meaning: String) -> MetricValue {
      MetricValue(name, share, goal: .higher, display: MetricDisplay(name, meaning: meaning, digits: 3, best: 1))
    }
    return [
      value("precision", values.precision, "the share of samples in the support of the real ones"),
      value("recall", values.recall, "the share of real samples in the support of the generated ones"),
    ]
  }

  private func share(_ counts: [Int]) -> Double {
    Double(counts.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }) / Double(counts.count)
  }
}
