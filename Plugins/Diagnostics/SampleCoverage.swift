import Adversarial
import Components
import Diagnostics
import MetricParts
import Metrics
import Networks
import Reports

/// Whether the samples look right (precision, density) and whether all that is real can be made (recall, coverage).
public struct SampleCoverage: Diagnostic {
  public static let name = "sample-coverage"
  public static let summary = "Precision, recall, density and coverage of generated against held-out samples, with null bands."
  public static let reference = "Kynkäänniemi et al. 2019, equation 2; Naeem et al. 2020, equations 4 and 5"
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 10,000 by default",
    "samples": "Samples of each kind; 500 by default",
  ]

  /// Rounds between two observations; 10,000 by default.
  public var every: Int = 10_000
  /// Samples of each kind; 500 by default.
  public var samples: Int = 500

  /// The share of generated samples that lie among real ones.
  public static let precision = column("precision")
  /// The share of real samples that lie among generated ones.
  public static let recall = column("recall")
  /// How often generated samples lie near real ones, by what real ones do.
  public static let density = column("density")
  /// The share of real samples with a generated one near them.
  public static let coverage = column("coverage")

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
    try run.readings(of: PrecisionRecall(), samples: samples) + run.readings(of: DensityCoverage(), samples: samples)
  }

  public var progress: [ProgressMeasure] {
    [Self.precision, Self.coverage].map { ProgressMeasure($0, goal: .higher, best: 1) }
  }

  /// How much of a null band's end precision and coverage must reach: a tenth of the mass, as for the classifier.
  static let tolerableShare = 0.9

  public func equivalence(in record: RunRecord) -> [EquivalenceCheck] {
    [Self.precision, Self.coverage].compactMap { column in
      guard let value = record.latest(column), let lower = record.null(of: column)?.lower else { return nil }
      let evidence = Evidence("\(column)", value, "real against real gives at least \(Phrase.number(lower))")
      return EquivalenceCheck(value < Self.tolerableShare * lower ? .contradicts : value < lower ? .tolerable : .agrees, evidence)
    }
  }

  /// Where no modes are known: coverage far below its null, and further than precision, because a generator whose samples do not look right
  /// yet covers little without having collapsed.
  public func findings(in record: RunRecord) -> [Finding] {
    guard record.modeWeights == nil, let coverage = record.latest(Self.coverage), let lower = record.null(of: Self.coverage)?.lower,
      let precision = record.latest(Self.precision), let usual = record.null(of: Self.precision)?.lower, lower > 0, usual > 0,
      coverage < 0.6 * lower, coverage / lower < 0.7 * precision / usual
    else { return [] }
    let evidence = [
      Evidence("\(Self.coverage)", coverage, "real against real gives at least \(Phrase.number(lower))"),
      Evidence(
        "\(Self.precision)", precision, "real against real gives at least \(Phrase.number(usual)): what is made looks better than it covers"
      ),
    ]
    return [
      Finding(
        .modeCollapse, confidence: min(1, 1 - coverage / lower), evidence: evidence, advice: record.fitting(ModeCollapseAdvice.entries))
    ]
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let precision = record.latest(Self.precision), let coverage = record.latest(Self.coverage),
      let null = record.null(of: Self.coverage), let floor = null.lower, let mean = null.mean
    else { return [] }
    let text =
      "Precision \(Phrase.number(precision)), recall \(Phrase.number(record.latest(Self.recall) ?? .nan)), density "
      + "\(Phrase.number(record.latest(Self.density) ?? .nan)), coverage \(Phrase.number(coverage)) (real against real: \(Phrase.number(mean)))"
    guard coverage < floor else { return [ReadingLine(name, .fine, text + ".")] }
    return [
      ReadingLine(
        name, .note,
        text + (precision > 0.8 ? ": what is made looks right, but some of the data is missing." : ": the samples miss the data."))
    ]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    guard let lower = record.null(of: Self.coverage)?.lower, lower <= 1 else { return [] }
    let chart = record.chart(
      "Coverage and precision", [(Self.coverage, "coverage"), (Self.precision, "precision")],
      band: .init(max(lower, 0)...1, label: "coverage, real against real"), yRange: 0...1)
    return [chart].compactMap { $0 }
  }
}
