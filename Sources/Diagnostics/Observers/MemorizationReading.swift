import Adversarial
import Components
import Metrics
import Networks
import Tensors

/// Whether the generator copies: generated samples that lie nearer to training samples than held-out samples do.
public struct MemorizationReading: Diagnostic {
  public static let name = "memorization"
  public static let summary = "The data-copying score of generated samples: far below 0 means copies of training samples."
  public static let equation = "z of the Mann-Whitney test of d(generated, training) against d(held-out, training)"
  public static let reference = "Meehan et al. 2020, section 3"

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// Samples of each kind; 1,000 by default.
  public var samples: Int = 1_000

  public init() {}

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(samples, in: 16...100_000, "samples", of: name)
  }

  public func applies(to samples: any Samples) -> Bool { samples.heldOut != nil && samples.count != nil }

  public func observe(_ run: Observation) throws -> [Reading] {
    guard applies(to: run.samples) else {
      throw DiagnosticsError("only finite data with held-out samples can be copied and told from new samples")
    }
    let pair = try SamplePair(run, count: samples)
    let count = min(run.samples.count ?? samples, samples)
    let training = try SampleSet(run.realSamples(count), dimension: pair.real.dimension)
    let score = try DataCopyTest().statistic(generated: pair.generated, training: training, heldOut: pair.real, key: run.key(name))
    return [Reading("copy-score", score)]
  }
}
