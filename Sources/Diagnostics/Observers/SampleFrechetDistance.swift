import Adversarial
import Components
import Metrics
import Networks

/// The Fréchet distance with what real samples give at the same size: the estimate is biased upwards, and the band shows by how much.
public struct SampleFrechetDistance: Diagnostic {
  public static let name = "sample-frechet-distance"
  public static let summary = "The Fréchet distance of generated from held-out samples, with its null band."
  public static let reference = "Heusel et al. 2017, equation 6; Chong and Forsyth 2020"

  /// Rounds between two observations; 0 by default: ask for it on a checkpoint.
  public var every: Int = 0
  /// Samples of each kind; 2000 by default.
  public var samples: Int = 2000

  public init() {}
  public init(every: Int, samples: Int = 2000) {
    self.every = every
    self.samples = samples
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(samples, in: 16...100_000, "samples", of: name)
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    try SamplePair.readings(run, of: FrechetDistance(), samples: samples)
  }
}
