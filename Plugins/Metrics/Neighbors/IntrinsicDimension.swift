import Components
import Foundation
import Metrics
import Tensors

/// Local intrinsic dimension: how fast the number of neighbours grows with the radius, among samples and across sets.
///
/// The maximum-likelihood estimate from a sample's distances r₁ ≤ … ≤ r_k is −1/mean(log rᵢ/r_k). Across sets, the neighbours of real samples
/// among generated ones give the cross dimension, which grows where generated samples are far from, or do not cover, the real ones.
public struct IntrinsicDimension: Metric {
  public static let name = "intrinsic-dimension"
  public static let summary = "Local intrinsic dimension of both sets, and of real samples among generated ones."
  public static let equation = "LID(x) = -1 / mean_(i <= k) log(r_i/r_k)"
  public static let reference = "Levina and Bickel 2005; Amsaleg et al. 2015; Barua et al. 2019, equation 3"
  public static let fieldDescriptions = [
    "neighbors": "How many neighbours k, 2 or above"
  ]

  /// k, 2 or above.
  public var neighbors: Int = 20

  public init() {}

  public init(neighbors: Int) { self.neighbors = neighbors }

  public func validateFields() throws {
    guard neighbors >= 2 else {
      throw ComponentError(component: Self.name, field: "neighbors", value: neighbors, expected: "2 or above")
    }
  }

  /// The estimate from the squared distances of one sample, ascending: −1/mean(log rᵢ/r_k), the last of which is 0.
  ///
  /// Distances of 0 say nothing of growth and are left out.
  ///
  /// - Returns: `nil` where fewer than two distances are above 0, or all of them are equal.
  public static func estimate(squaredDistances: some Collection<Double>) -> Double? {
    let positive = squaredDistances.filter { $0 > 0 }
    guard let last = positive.last, positive.count >= 2 else { return nil }
    let mean = positive.reduce(0) { $0 + 0.5 * log($1 / last) } / Double(positive.count)
    return mean < 0 ? -1 / mean : nil
  }

  /// The mean estimate over `queries` with their neighbours among `points`.
  ///
  /// - Throws: `MetricError` where there are fewer than ``neighbors`` points, or no sample has an estimate.
  public func crossDimension(of queries: SampleSet, in points: SampleSet) throws -> Double {
    try mean(NearestNeighbors(of: queries, in: points, count: neighbors))
  }

  /// The mean estimate over a set with neighbours in the set itself.
  ///
  /// - Throws: `MetricError` where there are not more than ``neighbors`` samples, or no sample has an estimate.
  public func dimension(of set: SampleSet) throws -> Double {
    try mean(NearestNeighbors(within: set, count: neighbors))
  }

  private func mean(_ found: NearestNeighbors) throws -> Double {
    let estimates = stride(from: 0, to: found.squaredDistances.count, by: found.count).compactMap { start in
      IntrinsicDimension.estimate(squaredDistances: found.squaredDistances[start..<start + found.count])
    }
    guard !estimates.isEmpty else {
      throw MetricError("no sample has \(found.count) neighbours at different distances; all samples seem equal, so there is no dimension")
    }
    return Statistics.mean(estimates)
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    [
      MetricValue("intrinsic-dimension-generated", try dimension(of: samples), goal: .null),
      MetricValue("intrinsic-dimension-real", try dimension(of: reference), goal: .null),
      MetricValue("cross-intrinsic-dimension", try crossDimension(of: reference, in: samples), goal: .lower),
    ]
  }
}
