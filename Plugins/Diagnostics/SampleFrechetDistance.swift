import Adversarial
import Components
import Diagnostics
import MetricParts
import Metrics
import Networks
import Reports

/// The Fréchet distance with what real samples give at the same size: the estimate is biased upwards, and the band shows by how much.
public struct SampleFrechetDistance: Diagnostic {
  public static let name = "sample-frechet-distance"
  public static let summary = "The Fréchet distance of generated from held-out samples, with its null band."
  public static let reference = "Heusel et al. 2017, equation 6; Chong and Forsyth 2020"
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 0 by default: ask for it on a checkpoint",
    "samples": "Samples of each kind; 2000 by default",
  ]

  /// Rounds between two observations; 0 by default: ask for it on a checkpoint.
  public var every: Int = 0
  /// Samples of each kind; 2000 by default.
  public var samples: Int = 2000

  /// The Fréchet distance; its null is what real samples have from each other.
  public static let distance = column(FrechetDistance.name)

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
    try run.readings(of: FrechetDistance(), samples: samples)
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let value = record.latest(Self.distance), let null = record.null(of: Self.distance), let mean = null.mean, let upper = null.upper
    else { return [] }
    let text =
      "Fréchet distance \(Phrase.number(value)) (real against real at this size: \(Phrase.number(mean)), up to \(Phrase.number(upper)))"
    return [
      value > upper
        ? ReadingLine(name, .note, text + ": more than sampling explains.")
        : ReadingLine(name, .fine, text + ": not distinguishable from zero with so many samples.")
    ]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    let chart = record.chart(
      "Fréchet distance", [(Self.distance, "generated against held-out")],
      band: record.null(of: Self.distance)?.band(label: "real against real"))
    return [chart].compactMap { $0 }
  }
}
