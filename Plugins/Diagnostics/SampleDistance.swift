import Adversarial
import Components
import Diagnostics
import MetricParts
import Metrics
import Networks
import Reports

/// How far the samples are from held-out real ones, beside what real samples are from each other: the curve that tells whether a run improves.
public struct SampleDistance: Diagnostic {
  public static let name = "sample-distance"
  public static let summary = "The sliced Wasserstein distance of generated from held-out samples, with its null band."
  public static let reference = "Rabin et al. 2011; Bonneel et al. 2015"
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 1,500 by default",
    "samples": "Samples of each kind; 500 by default",
  ]

  /// Rounds between two observations; 1,500 by default.
  public var every: Int = 1_500
  /// Samples of each kind; 500 by default.
  public var samples: Int = 500

  /// The squared sliced Wasserstein distance; its null is what real samples have from each other.
  public static let distance = column(SlicedWasserstein.name)

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
    try run.readings(of: SlicedWasserstein(directions: 128), samples: samples)
  }

  public var progress: [ProgressMeasure] { [ProgressMeasure(Self.distance, goal: .lower, best: 0)] }

  /// How many times the mean of real against real a squared distance may be. It is a sum of few squared normal variables, of which the 99 %
  /// point lies at 3.3 (four of them) to 4.6 (two of them) times the mean; the band's own end is read from six pairs only.
  static let tolerableRatio = 4.0

  public func equivalence(in record: RunRecord) -> [EquivalenceCheck] {
    guard let value = record.latest(Self.distance), let null = record.null(of: Self.distance), let upper = null.upper else { return [] }
    let most = max(upper, Self.tolerableRatio * (null.mean ?? 0))
    let evidence = Evidence("\(Self.distance)", value, "real against real gives up to \(Phrase.number(most))")
    return [EquivalenceCheck(value > most ? .contradicts : value > upper ? .tolerable : .agrees, evidence)]
  }

  public func lines(on record: RunRecord) -> [ReadingLine] { [distanceLine(record), stopLine(record)].compactMap { $0 } }

  /// The distance with its null.
  private func distanceLine(_ record: RunRecord) -> ReadingLine? {
    guard let value = record.latest(Self.distance), let null = record.null(of: Self.distance), let mean = null.mean, let upper = null.upper
    else { return nil }
    let text =
      "Squared sliced Wasserstein distance \(Phrase.number(value)) (real against real: \(Phrase.number(mean)), up to \(Phrase.number(upper)))"
    return value > upper
      ? ReadingLine(name, .note, text + ": \(Phrase.number((value / mean * 10).rounded() / 10)) times the floor.")
      : ReadingLine(name, .fine, text + ": as near as real samples are to each other.")
  }

  /// Whether to stop.
  private func stopLine(_ record: RunRecord) -> ReadingLine? {
    let series = record.series(Self.distance)
    guard series.values.count >= 8, let advice = try? StopAdvice(steps: series.steps, values: series.values) else { return nil }
    let best = "best at step \(advice.bestStep) (\(Phrase.number(advice.bestValue)))"
    switch advice.action {
    case .proceed:
      return ReadingLine("stop-advice", .fine, "The distance still changes for the better or too little is known: go on; \(best).")
    case .stop:
      return ReadingLine(
        "stop-advice", .note,
        "No improvement for \(advice.evaluationsSinceBest) observations: stop, or restart with half the learning rates; \(best).")
    case .rollBack:
      return ReadingLine("stop-advice", .alarm, "The distance gets worse: go back to the checkpoint nearest to its best; \(best).")
    }
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    var null = record.null(of: Self.distance)
    if let ends = null { null = NullInterval(lower: ends.lower.map { max($0, 0) }, upper: ends.upper.map { max($0, 0) }) }
    let chart = record.chart(
      "Squared sliced Wasserstein distance", [(Self.distance, "generated against held-out")], band: null?.band(label: "real against real"))
    return [chart].compactMap { $0 }
  }
}
