import Adversarial
import Components
import Diagnostics
import MetricParts
import Metrics
import Networks
import Reports

/// Which modes of a known mixture the generator reaches, and in which shares: a row of a strip over time.
public struct KnownModeShares: Diagnostic {
  public static let name = "mode-shares"
  public static let summary = "Modes covered, high-quality share, reverse KL and the share of every mode, where modes are known."
  public static let reference = "Srivastava et al. 2017, VEEGAN; Lin et al. 2018, PacGAN"
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 1,000 by default",
    "samples": "Samples in an observation; 1,024 by default",
  ]

  /// Rounds between two observations; 1,000 by default.
  public var every: Int = 1_000
  /// Samples in an observation; 1,024 by default.
  public var samples: Int = 1_024

  /// How many modes hold at least a tenth of their weight in good samples.
  public static let held = column("held")
  /// The share of samples that lie in a mode.
  public static let highQuality = column("high-quality")
  /// KL(generated ‖ real) of the shares, in nats.
  public static let reverseKL = column("reverse-kl")
  /// The probability that is not where it belongs: the total variation of the shares.
  public static let missingMass = column("missing-mass")
  /// The share of one mode.
  public static func share(of mode: Int) -> ReadingColumn { column("share-\(mode)") }

  public init() {}
  public init(every: Int, samples: Int = 1_024) {
    self.every = every
    self.samples = samples
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(samples, in: 16...1_000_000, "samples", of: name)
  }

  public func applies(to run: Observation) -> Bool { run.samples.modes != nil }

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
      Reading("covered", Double(coverage.coveredModes())), Reading(Self.held, Double(held)),
      Reading(Self.highQuality, coverage.highQualityFraction), Reading(Self.reverseKL, coverage.reverseKL() ?? .nan),
      Reading(Self.missingMass, 1 - zip(shares, modes.weights).reduce(0) { $0 + min($1.0, $1.1) }),
    ] + shares.enumerated().map { Reading(Self.share(of: $0), $1) }
  }

  public var progress: [ProgressMeasure] { [ProgressMeasure(Self.highQuality, goal: .higher, best: 1)] }

  public func equivalence(in record: RunRecord) -> [EquivalenceCheck] {
    guard let weights = record.modeWeights, let held = record.latest(Self.held) else { return [] }
    let isComplete = Int(held) == weights.filter { $0 > 0 }.count
    return [EquivalenceCheck(isComplete ? .agrees : .contradicts, Evidence("\(Self.held)", held, "modes of \(weights.count)"))]
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let held = record.latest(Self.held), let quality = record.latest(Self.highQuality), let weights = record.modeWeights else {
      return []
    }
    let modes = weights.filter { $0 > 0 }.count
    let divergence = record.latest(Self.reverseKL).map { ", reverse KL \(Phrase.number($0))" } ?? ""
    let text = "\(Int(held)) of \(modes) modes held, \(Phrase.percent(quality)) of the samples in a mode\(divergence)"
    guard Int(held) < modes else { return [ReadingLine(name, .fine, text + ".")] }
    let missing = Phrase.percent(record.latest(Self.missingMass) ?? .nan)
    return [ReadingLine(name, .alarm, text + ": the generator leaves \(missing) of the probability out.")]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    guard let table = record.observations[name], let weights = record.modeWeights, weights.allSatisfy({ $0 > 0 }) else { return [] }
    let columns = weights.indices.compactMap { table[Self.share(of: $0).reading] }
    guard columns.count == weights.count, weights.count <= 64, table.steps.count >= 2 else { return [] }
    let rows = Array(stride(from: 0, to: table.steps.count, by: max(1, table.steps.count / 120)))
    return [
      ShareStrip(
        title: "Share of each mode", steps: rows.map { Double(table.steps[$0]) }, shares: rows.map { row in columns.map { $0[row] } },
        targets: weights, rowHeight: weights.count > 16 ? 8 : 18)
    ]
  }
}
