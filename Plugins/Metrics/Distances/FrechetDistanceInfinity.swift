import Components
import Metrics
import Tensors

/// The squared Fréchet distance extrapolated to infinitely many samples, where its bias is gone.
///
/// The distance is computed from random subsets of several sizes; its bias is proportional to 1/n, so the intercept of a straight line
/// through the distances over 1/n is nearly free of it, at a larger variance.
public struct FrechetDistanceInfinity: Metric {
  public static let name = "frechet-distance-infinity"
  public static let summary = "Squared Frechet distance, extrapolated to infinitely many samples by a line over 1/n."
  public static let equation = "intercept of the least-squares line of FD_n over 1/n"
  public static let reference = "Chong and Forsyth 2020, Effectively Unbiased FID and Inception Score, section 3"
  public static let fieldDescriptions = [
    "shrinksReference":
      """
    Whether the reference shrinks with the samples, so that its part of the bias goes too; the paper keeps all of the reference
    """,
    "sizes": "How many sizes the line goes through; at least 3",
    "smallestShare": "The smallest size as a share of all samples, in (0, 1)",
  ]

  /// How many sizes the line goes through; at least 3.
  public var sizes = 15
  /// The smallest size as a share of all samples, in (0, 1).
  public var smallestShare = 0.1
  /// Whether the reference shrinks with the samples, so that its part of the bias goes too; the paper keeps all of the reference.
  public var shrinksReference = false

  public init() {}

  public func validateFields() throws {
    guard sizes >= 3 else { throw ComponentError(component: Self.name, field: "sizes", value: sizes, expected: "3 or more") }
    guard smallestShare > 0, smallestShare < 1 else {
      throw ComponentError(component: Self.name, field: "smallestShare", value: smallestShare, expected: "in (0, 1)")
    }
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    try samples.requirePair(with: reference, atLeast: 30, for: Self.name)
    let limit = shrinksReference ? min(samples.count, reference.count) : samples.count
    let counts = FrechetDistanceInfinity.counts(upTo: limit, sizes: sizes, smallestShare: smallestShare)
    let whole = shrinksReference ? nil : try CovarianceFactor(of: reference)
    var distances: [Double] = []
    for (index, count) in counts.enumerated() {
      let key = key.derived(index)
      let factor = try CovarianceFactor(of: samples.atMost(count, key: key.derived("samples")))
      let other = try whole ?? CovarianceFactor(of: reference.atMost(count, key: key.derived("reference")))
      distances.append(try FrechetDistance.squared(factor, other))
    }
    let line = FrechetDistanceInfinity.line(through: distances, over: counts.map { 1 / Double($0) })
    return [MetricValue(Self.name, line.intercept, standardError: line.standardError, goal: .lower)]
  }

  /// Sample counts from `smallestShare` of `limit` to all of it, evenly spaced.
  static func counts(upTo limit: Int, sizes: Int, smallestShare: Double) -> [Int] {
    let smallest = max(2, Double(limit) * smallestShare)
    return (0..<sizes).map { index in
      Int((smallest + (Double(limit) - smallest) * Double(index) / Double(sizes - 1)).rounded())
    }
  }

  /// The least-squares line y = intercept + slope·x, with the intercept's standard error (n − 2 degrees of freedom).
  ///
  /// - Precondition: three or more points, at two or more places.
  public static func line(through y: [Double], over x: [Double]) -> (intercept: Double, slope: Double, standardError: Double) {
    precondition(x.count == y.count && x.count >= 3, "a line with an error needs three or more points")
    let (meanX, meanY) = (Statistics.mean(x), Statistics.mean(y))
    let spread = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    precondition(spread > 0, "a line needs points at two or more places")
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / spread
    let intercept = meanY - slope * meanX
    let residual = zip(x, y).reduce(0) { sum, point in
      let difference = point.1 - intercept - slope * point.0
      return sum + difference * difference
    }
    let count = Double(x.count)
    let error = (residual / (count - 2) * (1 / count + meanX * meanX / spread)).squareRoot()
    return (intercept, slope, error)
  }
}
