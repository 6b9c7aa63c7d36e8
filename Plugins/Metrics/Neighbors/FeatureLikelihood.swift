import Foundation
import Metrics

/// A mixture of round Gaussians centred on generated samples, each with a width fitted to the training data: the density behind the feature
/// likelihood divergence.
///
/// The mixture of a good generator explains held-out samples as well as one on real samples does. A missed mode, poor samples and copies of
/// the training data (whose widths shrink to nothing) all make held-out samples unlikely.
/// Jiralerspong et al. 2023, "Feature Likelihood Divergence", section 3; the widths are fitted by expectation maximization here.
public struct FeatureLikelihood: Sendable, Equatable {
  /// The centres: generated samples.
  public let centers: SampleSet
  /// The variance of each component along each axis, above 0.
  public let variances: [Double]

  /// A mixture with given variances, one for each centre, above 0.
  public init(centers: SampleSet, variances: [Double]) throws {
    guard centers.count > 0, variances.count == centers.count, variances.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw MetricError("a mixture needs one variance above 0 for each centre; there are \(variances.count) for \(centers.count)")
    }
    self.centers = centers
    self.variances = variances
  }

  /// Fits the variances to `training` by expectation maximization with equal weights.
  ///
  /// All variances start at the mean squared distance of a training sample to its nearest centre, per axis, and stay above 10⁻¹² of the
  /// training data's own variance, so that a copy of a training sample ends at that floor.
  ///
  /// - Parameter rounds: of the iteration, 0 or above.
  /// - Throws: `MetricError` where a set is empty, the dimensions differ, or all training samples are equal.
  public init(centers: SampleSet, training: SampleSet, rounds: Int = 50) throws {
    let dimension = Double(training.dimension)
    let nearest = try NearestNeighbors(of: training, in: centers, count: 1).squaredDistances
    guard training.count > 0 else { throw MetricError("a mixture is fitted to training samples; there are none") }
    let floor = 1e-12 * FeatureLikelihood.variance(training)
    guard floor > 0 else { throw MetricError("all training samples are equal; a mixture cannot be fitted to them") }
    var variances = [Double](repeating: max(floor, Statistics.mean(nearest) / dimension), count: centers.count)
    let squares = training.squaredDistances(to: centers)
    let count = centers.count
    for _ in 0..<rounds {
      var mass = [Double](repeating: 0, count: count)
      var moment = mass
      let logarithms = variances.map { -0.5 * dimension * log($0) }
      for row in 0..<training.count {
        let exponents = (0..<count).map { logarithms[$0] - squares[row * count + $0] / (2 * variances[$0]) }
        let largest = exponents.max() ?? 0
        let weights = exponents.map { exp($0 - largest) }
        let total = weights.reduce(0, +)
        for center in 0..<count {
          let share = weights[center] / total
          mass[center] += share
          moment[center] += share * squares[row * count + center]
        }
      }
      for center in 0..<count where mass[center] > 1e-300 { variances[center] = max(floor, moment[center] / (dimension * mass[center])) }
    }
    try self.init(centers: centers, variances: variances)
  }

  /// The mean of −log p(x)/d over `samples`, in nats per axis.
  ///
  /// - Throws: `MetricError` where there are no samples or the dimensions differ.
  public func negativeLogLikelihood(of samples: SampleSet) throws -> Double {
    guard samples.dimension == centers.dimension else { throw MetricError.differentDimensions(samples, centers) }
    guard samples.count > 0 else { throw MetricError("a likelihood needs samples; there are none") }
    let dimension = Double(samples.dimension)
    let squares = samples.squaredDistances(to: centers)
    let logarithms = variances.map { -0.5 * dimension * log(2 * Double.pi * $0) }
    var sum = 0.0
    for row in 0..<samples.count {
      let exponents = (0..<centers.count).map { logarithms[$0] - squares[row * centers.count + $0] / (2 * variances[$0]) }
      let largest = exponents.max() ?? 0
      sum -= largest + log(exponents.reduce(0) { $0 + exp($1 - largest) } / Double(centers.count))
    }
    return sum / (Double(samples.count) * dimension)
  }

  /// The divergence: 100 times the surplus of the held-out negative log-likelihood per axis over that of a mixture on real samples.
  ///
  /// About 0 for a perfect generator; copies of the training data give hundreds and more.
  ///
  /// - Parameters:
  ///   - baseline: Real samples that are in neither other real set, as many as generated ones.
  /// - Throws: `MetricError`.
  public static func divergence(
    generated: SampleSet, training: SampleSet, heldOut: SampleSet, baseline: SampleSet, rounds: Int = 50
  ) throws -> Double {
    let own = try FeatureLikelihood(centers: generated, training: training, rounds: rounds).negativeLogLikelihood(of: heldOut)
    let real = try FeatureLikelihood(centers: baseline, training: training, rounds: rounds).negativeLogLikelihood(of: heldOut)
    return 100 * (own - real)
  }

  /// The mean over axes of the variance around the mean.
  private static func variance(_ set: SampleSet) -> Double {
    var total = 0.0
    for axis in 0..<set.dimension {
      let values = (0..<set.count).map { Double(set.values[$0 * set.dimension + axis]) }
      let mean = Statistics.mean(values)
      total += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(set.count)
    }
    return total / Double(set.dimension)
  }
}
