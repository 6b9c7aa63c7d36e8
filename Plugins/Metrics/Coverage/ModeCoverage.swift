import Foundation
import Metrics

/// Which modes of a known Gaussian mixture a generator's samples reach, how well, and in which proportions.
///
/// Every sample is assigned to its nearest centre (Euclidean distance; the first of equal ones). A sample is of *high quality* where
/// that centre is within ``threshold`` standard deviations. Papers count captured modes differently, so the rule is a choice:
/// ``coveredModes(_:)``. A perfect model's share of high-quality samples is ``highQualityCeiling(dimension:threshold:neighborhood:)``,
/// not 1.
public struct ModeCoverage: Sendable, Equatable {
  /// What "within `threshold` standard deviations" means.
  public enum Neighborhood: String, Codable, CaseIterable, Sendable {
    /// Euclidean distance (VEEGAN, PacGAN, GDPP, RLS-GAN).
    case ball
    /// The distance along every axis (self-conditioned GAN, PGMGAN): a larger region.
    case box
  }

  /// When a mode counts as captured.
  public enum Definition: Sendable, Equatable {
    /// At least one high-quality sample (VEEGAN; PacGAN).
    case anyHighQuality
    /// At least `minimum` of the samples that the mode's true weight gives it, of high quality: `count ≥ minimum · n · w`.
    case share(minimum: Double)
    /// At least so many high-quality samples (RLS-GAN: 50 of 10,000).
    case atLeast(Int)
    /// At least this part of all samples, of high quality: RLS-GAN's 50 of 10,000 as 0.005, for any number of samples.
    case rate(minimum: Double)
  }

  /// Which samples a divergence between mode frequencies looks at.
  public enum Population: Sendable, Equatable {
    /// Only samples of high quality (PacGAN).
    case highQuality
    /// All samples that could be assigned (self-conditioned GAN, PGMGAN).
    case all
  }

  /// How many samples were given.
  public let sampleCount: Int
  /// How many samples have a number that is not finite; they belong to no mode.
  public let unassignedCount: Int
  /// The samples nearest to each mode, of any quality.
  public let counts: [Int]
  /// The high-quality samples of each mode.
  public let highQualityCounts: [Int]
  /// The true probability of each mode; they sum to 1.
  public let weights: [Double]
  /// The radius of high quality, in standard deviations.
  public let threshold: Double
  /// The shape of the region of high quality.
  public let neighborhood: Neighborhood

  /// Assigns samples to modes.
  ///
  /// - Parameters:
  ///   - samples: `n × d` numbers, row major.
  ///   - discarded: How many further samples count as belonging to no mode; 0 by default.
  ///   - centers: At least one centre, each of `d` numbers.
  ///   - standardDeviation: The standard deviation of each mode along each axis, 0 or above.
  ///   - weights: The probability of each mode, in any unit; `nil` (the default) for equal ones.
  ///   - threshold: The radius of high quality in standard deviations; 3 by default, as in all papers on few dimensions.
  ///   - neighborhood: The region of high quality; `ball` by default.
  public init(
    samples: [Float], discarded: Int = 0, centers: [[Float]], standardDeviation: Double, weights: [Double]? = nil, threshold: Double = 3,
    neighborhood: Neighborhood = .ball
  ) {
    let dimension = centers.first?.count ?? 0
    precondition(dimension > 0 && centers.allSatisfy { $0.count == dimension }, "centers must have one positive length")
    precondition(samples.count.isMultiple(of: dimension), "samples must be whole rows of \(dimension) numbers")
    precondition(weights == nil || weights?.count == centers.count, "there must be one weight for each center")
    let raw = weights ?? Array(repeating: 1, count: centers.count)
    let total = raw.reduce(0, +)
    self.weights = raw.map { $0 / total }
    self.threshold = threshold
    self.neighborhood = neighborhood
    let given = samples.count / dimension
    sampleCount = given + discarded

    let flat = centers.flatMap { $0.map(Double.init) }
    let limit = threshold * standardDeviation
    var counts = [Int](repeating: 0, count: centers.count)
    var highQuality = counts
    var unassigned = discarded
    for sample in 0..<given {
      let start = sample * dimension
      var nearest = -1
      var nearestSquare = Double.infinity
      for mode in centers.indices {
        var square = 0.0
        for axis in 0..<dimension {
          let difference = Double(samples[start + axis]) - flat[mode * dimension + axis]
          square += difference * difference
        }
        if square < nearestSquare { (nearest, nearestSquare) = (mode, square) }
      }
      guard nearest >= 0 else {
        unassigned += 1
        continue
      }
      counts[nearest] += 1
      let isNear: Bool
      switch neighborhood {
      case .ball: isNear = nearestSquare <= limit * limit
      case .box:
        isNear = (0..<dimension).allSatisfy { axis in
          abs(Double(samples[start + axis]) - flat[nearest * dimension + axis]) <= limit
        }
      }
      if isNear { highQuality[nearest] += 1 }
    }
    self.counts = counts
    highQualityCounts = highQuality
    unassignedCount = unassigned
  }

  /// The share of all samples that are of high quality, in 0…1; NaN where there are no samples.
  public var highQualityFraction: Double {
    Double(highQualityCounts.reduce(0, +)) / Double(sampleCount)
  }

  /// The modes that count as captured under `definition`, in order.
  public func coveredModeIndices(_ definition: Definition = .anyHighQuality) -> [Int] {
    highQualityCounts.indices.filter { mode in
      let count = highQualityCounts[mode]
      switch definition {
      case .anyHighQuality: return count >= 1
      case .share(let minimum):
        return count >= 1 && Double(count) >= minimum * Double(sampleCount) * weights[mode]
      case .atLeast(let minimum): return count >= minimum
      case .rate(let minimum): return count >= 1 && Double(count) >= minimum * Double(sampleCount)
      }
    }
  }

  /// How many modes count as captured under `definition`.
  public func coveredModes(_ definition: Definition = .anyHighQuality) -> Int {
    coveredModeIndices(definition).count
  }

  /// KL(p̂ ‖ weights) in nats between the samples' mode frequencies and the true ones; `nil` where no sample has a mode.
  ///
  /// A perfect model of `K` modes has about ``reverseKLBias(modes:samples:)``, not 0; `m` of `K` equal modes give log(K / m).
  public func reverseKL(over population: Population = .highQuality) -> Double? {
    frequencies(of: population).map { Divergence.kullbackLeibler($0, weights) }
  }

  /// The Jensen-Shannon divergence in nats, in 0…log 2, between mode frequencies; `nil` where no sample has a mode.
  public func jensenShannon(over population: Population = .highQuality) -> Double? {
    frequencies(of: population).map { Divergence.jensenShannon($0, weights) }
  }

  /// The samples' share of each mode; `nil` where there are none.
  public func frequencies(of population: Population) -> [Double]? {
    let counts = population == .all ? counts : highQualityCounts
    let total = counts.reduce(0, +)
    return total == 0 ? nil : counts.map { Double($0) / Double(total) }
  }
}

extension ModeCoverage {
  /// The share of high-quality samples that a perfect model has where modes do not overlap: the χ² distribution for the ball.
  ///
  /// With the threshold 3: 0.9973 in one dimension, 0.9889 in two, 0.9707 in three.
  public static func highQualityCeiling(
    dimension: Int, threshold: Double = 3, neighborhood: Neighborhood = .ball
  ) -> Double {
    precondition(dimension > 0 && threshold >= 0, "a ceiling needs a dimension above 0 and a threshold not below 0")
    switch neighborhood {
    case .ball: return SpecialFunctions.regularizedGamma(Double(dimension) / 2, threshold * threshold / 2)
    case .box: return pow(erf(threshold / 2.0.squareRoot()), Double(dimension))
    }
  }

  /// How many of `modes` equal modes are hit by `samples` draws from them: K(1 − (1 − 1/K)ⁿ).
  public static func expectedModes(modes: Int, samples: Int) -> Double {
    let k = Double(modes)
    return -k * expm1(Double(samples) * log1p(-1 / k))
  }

  /// What a perfect model's reverse KL is on average, to first order: (K − 1) / 2n.
  public static func reverseKLBias(modes: Int, samples: Int) -> Double {
    Double(modes - 1) / (2 * Double(samples))
  }
}
