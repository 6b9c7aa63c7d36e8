import Foundation
import Metrics

/// The birthday test: how many different samples a generator has, from how often two of a batch are the same.
///
/// Arora, Risteski and Zhang 2018, "Do GANs learn the distribution?".
public enum BirthdayTest {
  /// P(at least two of `samples` draws are equal) among `support` equally likely values: 1 − Π (1 − i/N).
  public static func collisionProbability(support: Int, samples: Int) -> Double {
    precondition(support >= 1 && samples >= 0, "a birthday test needs a support")
    guard samples <= support else { return 1 }
    var logarithm = 0.0
    for index in 0..<samples { logarithm += log1p(-Double(index) / Double(support)) }
    return -expm1(logarithm)
  }

  /// The expected number of equal pairs, s(s − 1)/2N.
  public static func expectedPairs(support: Int, samples: Int) -> Double {
    precondition(support >= 1 && samples >= 0, "a birthday test needs a support")
    return Double(samples) * Double(samples - 1) / (2 * Double(support))
  }

  /// What a number of equal pairs says of the support.
  public struct Result: Sendable, Equatable {
    /// Pairs of samples at a distance not above the limit.
    public var pairs: Int
    /// s(s − 1)/(2 · pairs): the number of equally likely values that would give as many pairs on average; +∞ without pairs. Unequal
    /// values give more pairs, so that the true support may be larger.
    public var support: Double
  }

  /// Counts pairs of generated samples that are no farther apart than `distance`, in the unit of the samples; 0 counts equal ones.
  ///
  /// - Throws: `MetricError` where the distance is negative or not finite.
  public static func result(_ samples: SampleSet, distance: Double = 0) throws -> Result {
    guard distance >= 0, distance.isFinite else { throw MetricError("a birthday test needs a distance of 0 or above, not \(distance)") }
    let counts = try BallCounts(
      centers: samples, squaredRadii: Array(repeating: distance * distance, count: samples.count), points: samples, rule: .closed)
    let pairs = counts.pointsPerBall.reduce(0) { $0 + $1 - 1 } / 2
    let all = Double(samples.count) * Double(max(samples.count - 1, 0)) / 2
    return Result(pairs: pairs, support: pairs > 0 ? all / Double(pairs) : .infinity)
  }
}
