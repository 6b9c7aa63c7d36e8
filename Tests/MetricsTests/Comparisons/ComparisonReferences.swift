// Made by Tests/Reference/comparison_statistics.py with numpy 2.4.6 and scipy 1.17.1.
import Testing

/// One seeded data set: scores of two variants, and what other programs make of them.
struct ComparisonReference: Sendable, CustomTestStringConvertible {
  var name: String
  var first: [[Double]]
  var second: [[Double]]
  /// P(first > second), and the ends and the standard deviation of its bootstrap distribution.
  var probability, lower, upper, deviation: Double
  /// The same of the first task's pairs.
  var paired, pairedLower, pairedUpper: Double
  /// The expected best of three runs of the first task: plug-in and unbiased, of the largest and of the smallest.
  var largest, largestUnbiased, smallest, smallestUnbiased: Double
  var testDescription: String { name }

  static let all = [
    ComparisonReference(
      name: "small",
      first: [[2.4, 2.3, 2.7, 2.5, 2.2, 3.4, 2.2, 3.2]],
      second: [[1.7, 1.3, 2.2, 1.6, 0.9, 2.2, 2.2, 2.0, 1.5]],
      probability: 0.9583333333333334, lower: 0.875, upper: 1.0, deviation: 0.03446587270988343,
      paired: 0.9375, pairedLower: 0.8125, pairedUpper: 1.0,
      largest: 2.9869140625000004, largestUnbiased: 3.0517857142857143,
      smallest: 2.2978515625, smallestUnbiased: 2.264285714285714),
    ComparisonReference(
      name: "matrix",
      first: [[2.9, 1.7, 2.9, 2.1, 1.7, 0.7], [1.3, 1.7, 3.3, 2.9, 2.2, 2.4], [1.9, 0.8, 2.0, 1.4, 1.7, 2.2]],
      second: [[2.1, 1.9, 2.0, 0.4, 2.7], [2.2, 3.3, 2.8, 1.1, 2.0], [1.0, 2.9, 2.1, 1.9, 2.4]],
      probability: 0.45555555555555555, lower: 0.25555555555555554, upper: 0.6555555555555556, deviation: 0.10312729965217073,
      paired: 0.6, pairedLower: 0.2, pairedUpper: 1.0,
      largest: 2.6083333333333334, largestUnbiased: 2.7199999999999998,
      smallest: 1.3583333333333334, smallestUnbiased: 1.22),
    ComparisonReference(
      name: "long",
      first: [
        [1.6, 2.1, 3.2, 2.9, 2.3, 2.2, 1.5, 2.4, 1.6, 1.3, 2.8, 2.9, 3.5, 2.0, 1.6, 1.6, 3.5, 1.3, 2.3, 1.3],
        [2.0, 0.8, 3.1, 2.5, 1.4, 2.3, 1.7, 1.4, 1.8, 2.1, 2.3, 2.5, 2.0, 2.8, 2.1, 1.9, 3.1, 3.6, 2.0, 1.5],
      ],
      second: [
        [1.4, 2.4, 1.0, 2.4, 1.7, 1.7, 1.8, 2.3, 2.3, 1.7, 2.3, 2.9, 2.7, 2.2, 1.7, 2.6],
        [2.2, 1.6, 1.5, 2.1, 0.3, 2.1, 1.6, 1.6, 2.5, 1.7, 1.4, 3.3, 2.2, 2.0, 1.7, 2.4],
      ],
      probability: 0.54765625, lower: 0.41171874999999997, upper: 0.68046875, deviation: 0.06883166218103058,
      paired: 0.53125, pairedLower: 0.28125, pairedUpper: 0.75,
      largest: 2.8248875, largestUnbiased: 2.8610526315789473,
      smallest: 1.6166375000000002, smallestUnbiased: 1.5892105263157894),
  ]
}
