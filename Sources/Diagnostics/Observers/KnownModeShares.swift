import Adversarial
import Components
import Metrics
import Networks

/// Which modes of a known mixture the generator reaches, and in which shares: a row of a strip over time.
public struct KnownModeShares: Diagnostic {
  public static let name = "mode-shares"
  public static let summary = "Modes covered, high-quality share, reverse KL and the share of every mode, where modes are known."
  public static let reference = "Srivastava et al. 2017, VEEGAN; Lin et al. 2018, PacGAN"

  /// Rounds between two observations; 1,000 by default.
  public var every: Int = 1_000
  /// Samples in an observation; 1,024 by default.
  public var samples: Int = 1_024

  public init() {}
  public init(every: Int, samples: Int = 1_024) {
    self.every = every
    self.samples = samples
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(samples, in: 16...1_000_000, "samples", of: name)
  }

  public func applies(to samples: any Samples) -> Bool { samples.modes != nil }

  public func observe(_ run: Observation) throws -> [Reading] {
    guard let modes = run.samples.modes else {
      throw DiagnosticsError("the data has no known modes to count; 'sample-distance' and 'sample-coverage' need none")
    }
    let coverage = ModeCoverage(
      samples: try run.generatedSamples(samples), centers: modes.centers, standardDeviation: Double(modes.standardDeviation),
      weights: modes.weights)
    let shares = coverage.counts.map { Double($0) / Double(samples) }
    // A mode counts where it holds a tenth of what its weight promises: one stray sample is no coverage.
    let held = zip(coverage.highQualityCounts, modes.weights).filter { Double($0) >= 0.1 * $1 * Double(samples) && $0 > 0 }.count
    return [
      Reading("covered", Double(coverage.coveredModes())), Reading("held", Double(held)),
      Reading("high-quality", coverage.highQualityFraction), Reading("reverse-kl", coverage.reverseKL() ?? .nan),
      Reading("missing-mass", 1 - zip(shares, modes.weights).reduce(0) { $0 + min($1.0, $1.1) }),
    ] + shares.enumerated().map { Reading("share-\($0)", $1) }
  }
}
