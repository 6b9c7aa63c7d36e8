import Components
import Foundation
import Metrics
import Tensors

/// The curve of precision against recall of two distributions over the same bins.
///
/// For a slope λ: precision α = Σ min(λ pₖ, qₖ), recall β = α/λ, with p real and q generated. The slopes are tan of angles spread evenly
/// over (0, π/2). Equal distributions reach (1, 1) at the middle angle; disjoint ones stay at 0.
public struct PrecisionRecallCurve: Metric {
  public static let name = "precision-recall-curve"
  public static let summary = "The largest F-scores on the curve of precision against recall over clusters (PRD)."
  public static let equation =
    "alpha(l) = sum_k min(l p_k, q_k);  beta(l) = alpha(l)/l;  F_b = (1 + b^2) alpha beta / (b^2 alpha + beta)"
  public static let reference = "Sajjadi et al. 2018, section 3"
  public static let fieldDescriptions = [
    "angles": "The points of the curve, 3 or above; an odd number has one at the middle angle",
    "beta": "The weight β of the F-scores, above 1: F_β weighs recall, F_1/β precision",
    "clusters": "The clusters that both sets are sorted into, 2 or above",
    "repeats": "Clusterings whose curves are averaged, 1 or above",
  ]

  /// The clusters that both sets are sorted into, 2 or above.
  public var clusters: Int = 20
  /// Clusterings whose curves are averaged, 1 or above.
  public var repeats: Int = 10
  /// The points of the curve, 3 or above; an odd number has one at the middle angle.
  public var angles: Int = 1001
  /// The weight β of the F-scores, above 1: F_β weighs recall, F_1/β precision.
  public var beta: Double = 8

  public init() {}

  public func validateFields() throws {
    guard clusters >= 2 else {
      throw ComponentError(component: Self.name, field: "clusters", value: clusters, expected: "2 or above")
    }
    guard repeats >= 1 else { throw ComponentError(component: Self.name, field: "repeats", value: repeats, expected: "1 or above") }
    guard angles >= 3 else { throw ComponentError(component: Self.name, field: "angles", value: angles, expected: "3 or above") }
    guard beta > 1, beta.isFinite else { throw ComponentError(component: Self.name, field: "beta", value: beta, expected: "above 1") }
  }

  /// The points of a curve by rising slope: precision rises, recall falls.
  public struct Curve: Sendable, Equatable {
    public var precision: [Double]
    public var recall: [Double]

    /// The largest F_β = (1 + β²) α β′ / (β² α + β′) of the curve's points; 0 where precision and recall are 0.
    public func largestScore(beta: Double) -> Double {
      zip(precision, recall).reduce(0) { max($0, Curve.score(precision: $1.0, recall: $1.1, beta: beta)) }
    }

    /// F_β of one precision and recall; 0 where both are 0.
    public static func score(precision: Double, recall: Double, beta: Double) -> Double {
      let below = beta * beta * precision + recall
      return below > 0 ? (1 + beta * beta) * precision * recall / below : 0
    }
  }

  /// The curve of two distributions over the same bins, each in any unit.
  ///
  /// - Throws: `MetricError` where a distribution is empty or has a negative share, or the numbers of bins differ.
  public func curve(generatedShares: [Double], realShares: [Double]) throws -> Curve {
    let (generatedTotal, realTotal) = (generatedShares.reduce(0, +), realShares.reduce(0, +))
    guard generatedShares.count == realShares.count, generatedTotal > 0, realTotal > 0,
      (generatedShares + realShares).allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw MetricError(
        "a curve needs two distributions over the same bins; these have \(generatedShares.count) and \(realShares.count) bins with the sums "
          + "\(generatedTotal) and \(realTotal)")
    }
    let smallest = 1e-10
    var curve = Curve(precision: [], recall: [])
    for index in 0..<angles {
      let angle = smallest + (Double.pi / 2 - 2 * smallest) * Double(index) / Double(angles - 1)
      // The middle slope is 1, not the nearest number to it.
      let slope = 2 * index == angles - 1 ? 1 : tan(angle)
      var precision = 0.0
      for (generated, real) in zip(generatedShares, realShares) {
        precision += min(slope * (real / realTotal), generated / generatedTotal)
      }
      curve.precision.append(min(1, precision))
      curve.recall.append(min(1, precision / slope))
    }
    return curve
  }

  /// The mean curve over ``repeats`` clusterings of both sets together.
  ///
  /// Each clustering is fitted to at most 100 samples for each cluster, drawn from both sets; then all samples are sorted into the clusters.
  ///
  /// - Throws: `MetricError` where the dimensions differ or there are fewer samples than ``clusters``.
  public func curve(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> Curve {
    guard samples.dimension == reference.dimension else { throw MetricError.differentDimensions(samples, reference) }
    let pool = try reference.pooled(with: samples)
    var mean = Curve(precision: Array(repeating: 0, count: angles), recall: Array(repeating: 0, count: angles))
    for repetition in 0..<repeats {
      let key = key.derived("clusters").derived(repetition)
      let fitting = RandomOrder.permutation(of: pool.count, key: key.derived("fitting")).prefix(100 * clusters)
      let means = try KMeans(pool.selecting(fitting), count: clusters, key: key)
      let curve = try curve(
        generatedShares: means.counts(samples).map(Double.init), realShares: means.counts(reference).map(Double.init))
      for index in 0..<angles {
        mean.precision[index] += curve.precision[index] / Double(repeats)
        mean.recall[index] += curve.recall[index] / Double(repeats)
      }
    }
    return mean
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    let curve = try curve(samples, against: reference, key: key)
    return [
      MetricValue("recall-score", curve.largestScore(beta: beta), goal: .higher),
      MetricValue("precision-score", curve.largestScore(beta: 1 / beta), goal: .higher),
    ]
  }
}
