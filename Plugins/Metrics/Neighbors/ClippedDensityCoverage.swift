import Components
import Foundation
import Metrics
import Tensors

/// Density and coverage that outliers cannot inflate, on a scale where a score is the share of good samples.
///
/// Density: radii are clipped at their median, and each generated sample counts at most as much as k balls; the mean is divided by what the
/// real samples give among themselves. Coverage: each real sample counts at most k generated ones; the mean is turned into the share of
/// M samples that, drawn from the real distribution, would be expected to give it. That expectation is exact: the number of m draws before
/// the k-th of the N − 1 other real samples is negative hypergeometric in every continuous distribution.
public struct ClippedDensityCoverage: BallMetric {
  public static let name = "clipped-density-coverage"
  public static let summary = "Density and coverage robust to outliers: each score is the share of good samples."
  public static let equation =
    "density = mean_j min(1, c_j/k) / mean_i min(1, c_i/k), radii <= median;  coverage = f^-1(mean_i min(1, n_i/k)) / M"
  public static let reference =
    "Salvy, Talbot and Thirion, Enhanced Generative Model Evaluation with Clipped Density and Coverage, ICLR 2026"
  public static let fieldDescriptions = [
    "ball": "Whether a ball holds the points at its radius: 'open' or 'closed'",
    "neighbors": "The neighbour whose distance is a ball's radius, 1 or above",
  ]

  /// The neighbour whose distance is a ball's radius, 1 or above.
  public var neighbors: Int = 5
  /// Whether a ball holds the points at its radius: `open` or `closed`.
  public var ball: BallRule = .open

  public init() {}

  /// Both scores, in 0…1.
  ///
  /// - Throws: `MetricError` where there are not more than ``neighbors`` real samples or no generated one, or the dimensions differ.
  public func values(_ samples: SampleSet, against reference: SampleSet) throws -> (density: Double, coverage: Double) {
    guard samples.count > 0 else { throw MetricError("density and coverage need generated samples; there are none") }
    let radii = try NearestNeighbors(within: reference, count: neighbors).squaredRadii
    let median = Statistics.median(radii)
    let clipped = radii.map { min($0, median) }
    let inBalls = try BallCounts(centers: reference, squaredRadii: clipped, points: samples, rule: ball)
    // A closed ball holds exactly k other real samples before clipping, as an open one holds k generated samples on average.
    let ofReal = try BallCounts(centers: reference, squaredRadii: clipped, points: reference, rule: .closed)
    let ceiling = clippedMean(ofReal.ballsPerPoint.map { $0 - 1 })
    let density = ceiling > 0 ? min(1, clippedMean(inBalls.ballsPerPoint) / ceiling) : 0
    let around = try BallCounts(centers: reference, squaredRadii: radii, points: samples, rule: ball)
    let good = ClippedDensityCoverage.equivalentSamples(
      clippedCoverage: clippedMean(around.pointsPerBall), real: reference.count, generated: samples.count, neighbors: neighbors)
    return (density, good / Double(samples.count))
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    let values = try values(samples, against: reference)
    return [
      MetricValue("clipped-density", values.density, goal: .higher), MetricValue("clipped-coverage", values.coverage, goal: .higher),
    ]
  }

  private func clippedMean(_ counts: [Int]) -> Double {
    Double(counts.reduce(0) { $0 + min($1, neighbors) }) / (Double(neighbors) * Double(counts.count))
  }

  /// The expected uncalibrated coverage, E[min(1, n/k)], of `generated` draws from the distribution of `real` samples.
  ///
  /// P(n) = C(n + k − 1, n) C(N − 1 − k + m − n, m − n) / C(N − 1 + m, m).
  public static func expectedClippedCoverage(real: Int, generated: Int, neighbors: Int) -> Double {
    precondition(neighbors >= 1 && real > neighbors && generated >= 0, "coverage needs more real samples than neighbours")
    var probability = 1 - DensityCoverage.expectedCoverage(real: real, generated: generated, neighbors: neighbors)
    var missing = 0.0
    for count in 0..<neighbors {
      missing += Double(neighbors - count) * probability
      guard count < generated else { break }
      probability *=
        Double(count + neighbors) / Double(count + 1) * Double(generated - count) / Double(real - 1 - neighbors + generated - count)
    }
    return 1 - missing / Double(neighbors)
  }

  /// How many draws from the real distribution would be expected to give `clippedCoverage`; at most `generated`, between whole numbers by
  /// linear interpolation.
  static func equivalentSamples(clippedCoverage: Double, real: Int, generated: Int, neighbors: Int) -> Double {
    func expected(_ count: Int) -> Double { expectedClippedCoverage(real: real, generated: count, neighbors: neighbors) }
    var (low, high) = (0, generated)
    guard clippedCoverage > 0 else { return 0 }
    guard clippedCoverage < expected(high) else { return Double(generated) }
    while high - low > 1 {
      let middle = (low + high) / 2
      if expected(middle) <= clippedCoverage { low = middle } else { high = middle }
    }
    let (below, above) = (expected(low), expected(high))
    return Double(low) + (clippedCoverage - below) / (above - below)
  }
}
