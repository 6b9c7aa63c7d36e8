import Components
import Metrics
import Tensors

/// The energy distance between two distributions: 0 exactly where they are equal, and without settings of its own.
///
/// E = 2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖, in the samples' unit. Some libraries return its square root.
public struct EnergyDistance: Metric {
  public static let name = "energy-distance"
  public static let summary = "Unbiased energy distance: 0 on average for two draws from one distribution, in the samples' unit."
  public static let equation = "2 E|x - y| - E|x - x'| - E|y - y'|"
  public static let reference = "Szekely and Rizzo 2013, Energy statistics: a class of statistics based on distances"
  public static let fieldDescriptions = [
    "maximum": "Samples on a side; larger sets are thinned at random. At least 2"
  ]

  /// Samples on a side; larger sets are thinned at random. At least 2.
  public var maximum = 10_000

  public init() {}

  public func validateFields() throws {
    guard maximum >= 2 else { throw ComponentError(component: Self.name, field: "maximum", value: maximum, expected: "2 or more") }
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    try samples.requirePair(with: reference, atLeast: 2, for: Self.name)
    let estimate = try EnergyDistance.estimate(
      samples.atMost(maximum, key: key.derived("samples")), reference.atMost(maximum, key: key.derived("reference")))
    return [
      MetricValue(
        Self.name, estimate.value, standardError: estimate.standardError, goal: .lower,
        display: MetricDisplay("energy distance", meaning: "without bias, about 0 for a perfect model, above or below", digits: 4))
    ]
  }

  /// Estimates the distance.
  ///
  /// - Parameter estimator: `.unbiased` is the U-statistic, which may be below 0; `.biased` is the V-statistic, which is the distance of the
  ///   samples themselves and never below 0.
  /// - Throws: `MetricError` with fewer than two samples on a side or two dimensions.
  public static func estimate(
    _ first: SampleSet, _ second: SampleSet, estimator: KernelDiscrepancy.Estimator = .unbiased
  ) throws -> KernelDiscrepancy.Estimate {
    try KernelDiscrepancy.squared(first, second, kernel: .negativeDistance, estimator: estimator)
  }

  /// Estimates the distance without bias (a U-statistic: no sample is compared with itself), so that it is 0 on average, and now and
  /// then below 0, for two draws from one distribution.
  ///
  /// Its cost grows with the square of the number of samples: 2,500 of each take about 12 million distances.
  ///
  /// - Parameters:
  ///   - first: `n × dimension` numbers, row major; at least two samples.
  ///   - second: `m × dimension` numbers, row major; at least two samples.
  ///   - dimension: How many numbers a sample has, 1 or more.
  /// - Returns: The estimate; `nil` where a number is not finite.
  public static func unbiased(_ first: [Float], _ second: [Float], dimension: Int) -> Double? {
    precondition(dimension >= 1, "samples have one or more numbers")
    precondition(
      first.count.isMultiple(of: dimension) && second.count.isMultiple(of: dimension)
        && first.count >= 2 * dimension && second.count >= 2 * dimension,
      "the energy distance needs two or more whole samples of each")
    guard let a = try? SampleSet(first, dimension: dimension), let b = try? SampleSet(second, dimension: dimension) else { return nil }
    return try? estimate(a, b).value
  }
}
