import Adversarial
import Components
import Metrics
import Networks

/// How far the samples are from held-out real ones, beside what real samples are from each other: the curve that tells whether a run improves.
public struct SampleDistance: Diagnostic {
  public static let name = "sample-distance"
  public static let summary = "The sliced Wasserstein distance of generated from held-out samples, with its null band."
  public static let reference = "Rabin et al. 2011; Bonneel et al. 2015"

  /// Rounds between two observations; 1,500 by default.
  public var every: Int = 1_500
  /// Samples of each kind; 500 by default.
  public var samples: Int = 500

  public init() {}
  public init(every: Int, samples: Int = 500) {
    self.every = every
    self.samples = samples
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(samples, in: 16...100_000, "samples", of: name)
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    try SamplePair.readings(run, of: SlicedWasserstein(directions: 128), samples: samples)
  }
}
