import Components
import Foundation
import LinearAlgebra
import Metrics
import Tensors

/// The Wasserstein distance of the samples themselves, by an exact assignment; by sorting in one dimension.
///
/// Its bias falls as slowly as n^(−1/d): a value means something beside its null only.
public struct WassersteinDistance: Metric {
  public static let name = "wasserstein-distance"
  public static let aliases = ["emd": ""]
  public static let summary = "Exact Wasserstein distance of equally many samples (by sorting in one dimension), in the samples' unit."
  public static let equation = "(min over permutations s of mean |x_i - y_s(i)|^p)^(1/p)"
  public static let reference = "Peyre and Cuturi 2019, Computational Optimal Transport, section 2.2"
  public static let fieldDescriptions = [
    "maximum": "Samples on a side where there are two or more dimensions; larger sets are thinned at random. In 1…2048",
    "order": "The order p: 1, or 2 for the root of the mean squared distance",
  ]

  /// p: 1, or 2 for the root of the mean squared distance.
  public var order = 1
  /// Samples on a side where there are two or more dimensions; larger sets are thinned at random. In 1…2048.
  public var maximum = 512

  public init() {}

  public func validateFields() throws {
    guard order == 1 || order == 2 else { throw ComponentError(component: Self.name, field: "order", value: order, expected: "1 or 2") }
    guard (1...Assignment.largestSize).contains(maximum) else {
      throw ComponentError(component: Self.name, field: "maximum", value: maximum, expected: "in 1…\(Assignment.largestSize)")
    }
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    try samples.requirePair(with: reference, atLeast: 1, for: Self.name)
    let cost: Double
    if samples.dimension == 1 {
      cost = OrderedTransport.cost(samples.values.map(Double.init), reference.values.map(Double.init), order: order)
    } else {
      let count = min(maximum, samples.count, reference.count)
      cost = try WassersteinDistance.cost(
        samples.atMost(count, key: key.derived("samples")), reference.atMost(count, key: key.derived("reference")), order: order)
    }
    return [MetricValue(Self.name, order == 1 ? cost : cost.squareRoot(), goal: .lower)]
  }

  /// The least mean of ‖x − y‖^order over all one-to-one assignments: W₁, or W₂² for order 2.
  ///
  /// - Throws: `MetricError` where the sets differ in size or dimension, are empty, or are larger than ``Assignment/largestSize``.
  public static func cost(_ first: SampleSet, _ second: SampleSet, order: Int) throws -> Double {
    precondition(order == 1 || order == 2, "the order is 1 or 2")
    try first.requirePair(with: second, atLeast: 1, for: name)
    guard first.count == second.count else {
      throw MetricError(
        "\(name): \(first.count) samples cannot be assigned one to one to \(second.count); take as many of each, or Sinkhorn's divergence")
    }
    // Checked before a matrix of their size is made.
    guard first.count <= Assignment.largestSize else {
      throw MetricError(
        "\(name): an exact assignment of \(first.count) samples takes too long; take \(Assignment.largestSize) or fewer, or Sinkhorn's or the sliced distance"
      )
    }
    return try Assignment(cost: costMatrix(first, second, order: order)).cost / Double(first.count)
  }

  /// ‖x − y‖^order for all pairs, a row for each sample of the first set.
  static func costMatrix(_ first: SampleSet, _ second: SampleSet, order: Int) -> Matrix {
    var result = Matrix(rows: first.count, columns: second.count)
    PairwiseBlocks(first, second, .squaredDistance).visit { rows, columns, values in
      for row in 0..<rows.count {
        for column in 0..<columns.count {
          let squared = values[row * columns.count + column]
          result[rows.lowerBound + row, columns.lowerBound + column] = order == 1 ? squared.squareRoot() : squared
        }
      }
    }
    return result
  }
}
