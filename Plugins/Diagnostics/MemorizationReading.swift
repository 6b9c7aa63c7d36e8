import Adversarial
import Components
import Diagnostics
import MetricParts
import Metrics
import Networks
import Reports
import Tensors

/// Whether the generator copies: generated samples that lie nearer to training samples than held-out samples do.
public struct MemorizationReading: Diagnostic {
  public static let name = "memorization"
  public static let summary = "The data-copying score of generated samples: far below 0 means copies of training samples."
  public static let equation = "z of the Mann-Whitney test of d(generated, training) against d(held-out, training)"
  public static let reference = "Meehan et al. 2020, section 3"
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint",
    "samples": "Samples of each kind; 1,000 by default",
  ]

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// Samples of each kind; 1,000 by default.
  public var samples: Int = 1_000

  /// z of the test; far below 0 where generated samples lie nearer to training samples than held-out ones do.
  public static let copyScore = column("copy-score")

  public init() {}

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(samples, in: 16...100_000, "samples", of: name)
  }

  public func applies(to run: Observation) -> Bool { run.hasHeldOut && run.samples.count != nil }

  public func observe(_ run: Observation) throws -> [Reading] {
    guard applies(to: run) else {
      throw DiagnosticsError("only finite data with held-out samples can be copied and told from new samples")
    }
    let pair = try SamplePair(run, count: samples)
    let count = min(run.samples.count ?? samples, samples)
    let training = try SampleSet(run.realSamples(count), dimension: pair.real.dimension)
    let score = try DataCopyTest().statistic(generated: pair.generated, training: training, heldOut: pair.real, key: run.key(name))
    return [Reading(Self.copyScore, score)]
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let score = record.latest(Self.copyScore) else { return [] }
    let text = "Distance to training against held-out samples: z = \(Phrase.number(score))"
    guard score < -3 else { return [ReadingLine(name, .fine, text + ": no copying.")] }
    return [
      ReadingLine(
        name, .alarm, text + ": the generator copies training samples.",
        advice: Advice("Try more data, instance noise, or an earlier checkpoint.", components: ["instance-noise"]))
    ]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    let chart = record.chart(
      "Data-copying score", [(Self.copyScore, "z")], band: .init(-3...3, label: "no copying"))
    return [chart].compactMap { $0 }
  }
}
