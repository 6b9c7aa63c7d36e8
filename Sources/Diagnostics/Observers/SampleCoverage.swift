import Adversarial
import Components
import Metrics
import Networks

/// Whether the samples look right (precision, density) and whether all that is real can be made (recall, coverage).
public struct SampleCoverage: Diagnostic {
  public static let name = "sample-coverage"
  public static let summary = "Precision, recall, density and coverage of generated against held-out samples, with null bands."
  public static let reference = "Kynkäänniemi et al. 2019, equation 2; Naeem et al. 2020, equations 4 and 5"

  /// Rounds between two observations; 10,000 by default.
  public var every: Int = 10_000
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
    try SamplePair.readings(run, of: PrecisionRecall(), samples: samples)
      + SamplePair.readings(run, of: DensityCoverage(), samples: samples)
  }
}
