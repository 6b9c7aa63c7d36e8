import Metrics
import Reports

/// A study's results as tables of text.
public struct StudyTables {
  private let results: StudyResults

  /// Prepares the tables of `results`.
  public init(_ results: StudyResults) { self.results = results }

  private var seeds: Int { results.specification.seeds.count }
  private var hasTrouble: Bool { results.variants.contains { $0.diverged + $0.failed > 0 } }
  /// The measures that tables show: where there are modes, they say more than the energy distance, which the JSON file has in any case.
  private var measures: [Measure] {
    let all = results.variants.first?.measures.map(\.measure) ?? []
    return results.modeCount == nil ? all : all.filter { $0 != .energyDistance }
  }

  /// One row a variant, and one of real data.
  public var main: TextTable {
    var columns: [TextTable.Column] = [.left("variant")]
    for measure in measures {
      if measure == .coveredModes {
        columns.append(.right("modes" + (results.modeCount.map { " of \($0)" } ?? "")))
        columns += [.right("worst"), .right("all in")]
      } else {
        columns.append(.right(measure.shortTitle))
      }
    }
    columns.append(.right("ms/round"))
    if hasTrouble { columns.append(.left("trials")) }
    return TextTable(columns, rows: results.variants.map(row) + (results.realScore.map { [realRow($0)] } ?? []))
  }

  private func row(_ variant: VariantSummary) -> [String] {
    var cells = [variant.variant.label]
    for summary in variant.measures where measures.contains(summary.measure) {
      cells.append(Self.cell(summary, seeds: seeds))
      if summary.measure == .coveredModes {
        cells.append(summary.worst.map { NumberText.fixed($0, digits: 0) } ?? "–")
        cells.append(variant.seedsWithAllModes.map { "\($0) of \(seeds)" } ?? "–")
      }
    }
    cells.append(variant.millisecondsPerRound.map { NumberText.significant($0, digits: 3) } ?? "–")
    if hasTrouble { cells.append(Self.trials(variant)) }
    return cells
  }

  private func realRow(_ score: Evaluation) -> [String] {
    var cells = ["real data"]
    for measure in measures {
      let digits = measure == .coveredModes || measure == .sharedModes ? 0 : measure.digits
      cells.append(measure.value(of: score).map { NumberText.fixed($0 * measure.scale, digits: digits) } ?? "–")
      if measure == .coveredModes { cells += ["–", "–"] }
    }
    return cells + ["–"] + (hasTrouble ? [""] : [])
  }

  /// `mean ± half width`, and how many seeds that is where some have no value.
  private static func cell(_ summary: MeasureSummary, seeds: Int) -> String {
    guard let interval = summary.interval else { return "–" }
    let measure = summary.measure
    let text = NumberText.interval(
      interval.mean * measure.scale, interval.halfWidth * measure.scale, digits: measure.digits)
    let known = summary.values.count { $0 != nil }
    return known == seeds ? text : "\(text) (\(known) of \(seeds))"
  }

  private static func trials(_ variant: VariantSummary) -> String {
    var parts = ["\(variant.completed) completed"]
    if variant.diverged > 0 { parts.append("\(variant.diverged) diverged") }
    if variant.failed > 0 { parts.append("\(variant.failed) failed") }
    return parts.joined(separator: ", ")
  }

  /// Each variant's difference to the reference, a row a measure; `nil` where nothing can be compared.
  public var differences: TextTable? {
    var table = TextTable([
      .left("minus \(results.reference)"), .left("measure"), .right("difference"), .right("95 % interval"),
      .right("p (t test)"),
      .right("p (Holm)"), .right("p (sign flips)"),
    ])
    for variant in results.variants {
      var name = variant.variant.label
      for summary in variant.measures where measures.contains(summary.measure) {
        guard let difference = summary.difference else { continue }
        table.append([name, summary.measure.title] + Self.cells(difference, summary.measure))
        name = ""
      }
    }
    return table.rows.isEmpty ? nil : table
  }

  private static func cells(_ difference: PairedDifference, _ measure: Measure) -> [String] {
    func signed(_ value: Double) -> String {
      let text = NumberText.fixed(value * measure.scale, digits: measure.digits)
      return text.hasPrefix("-") || value == 0 ? text : "+" + text
    }
    func p(_ value: Double?) -> String {
      value.map { $0 < 0.001 ? "< 0.001" : NumberText.fixed($0, digits: 3) } ?? "–"
    }
    let ends = [difference.interval.lower, difference.interval.upper].compactMap { $0 }
    return [
      signed(difference.interval.mean), ends.count == 2 ? "\(signed(ends[0])) to \(signed(ends[1]))" : "–",
      p(difference.pValue), p(difference.holmPValue), p(difference.permutationPValue),
    ]
  }

  /// Trials that diverged or failed, with the reason; `nil` where there is none.
  public var troubles: TextTable? {
    let rows = results.trials.filter { $0.status == .diverged || $0.status == .failed }.map {
      [$0.variant, String($0.seed), $0.status.rawValue, $0.reason ?? ""]
    }
    return rows.isEmpty
      ? nil : TextTable([.left("variant"), .right("seed"), .left("ended"), .left("reason")], rows: rows)
  }

  /// Every trial with its measures.
  public var trials: TextTable {
    let columns: [TextTable.Column] =
      [.left("variant"), .right("seed"), .left("ended"), .right("rounds")] + measures.map { .right($0.title) }
    let rows = results.trials.map { trial -> [String] in
      [trial.variant, String(trial.seed), trial.status.rawValue]
        + [trial.step.map { NumberText.fixed(Double($0), digits: 0) } ?? "–"]
        + measures.map { measure in
          let digits = measure == .coveredModes || measure == .sharedModes ? 0 : measure.digits
          return trial.final.flatMap(measure.value)
            .map { NumberText.fixed($0 * measure.scale, digits: digits) } ?? "–"
        }
    }
    return TextTable(columns, rows: rows)
  }

  /// What the numbers mean, in a paragraph.
  public var caption: String {
    let study = results.specification
    var parts = [
      "Mean over \(seeds) seed\(seeds == 1 ? "" : "s")" + (seeds > 1 ? " ± half of Student's 95 % interval." : ".")
    ]
    let count = NumberText.fixed(Double(study.sampleCount), digits: 0)
    if results.modeCount != nil {
      parts.append(
        "'worst' is the worst seed, 'all in' the seeds with every mode. Of \(count) samples a trial: those within three standard deviations of a mode are of high quality; a mode counts with one of them, "
          + "and by share with a fifth of what an even spread would give it; reverse KL is that of their modes, in nats."
      )
    }
    if measures.contains(.energyDistance) {
      parts.append(
        "The energy distance to \(count) real samples is unbiased: about 0, above or below, for a perfect model.")
    }
    if results.realScore != nil { parts.append("'real data' is what as many real samples score.") }
    parts.append(
      "A round's time is that of one trial on \(study.threadsPerTrial) thread\(study.threadsPerTrial == 1 ? "" : "s"), beside the others."
    )
    return parts.joined(separator: " ")
  }

  /// How the differences are to be read.
  public var differencesCaption: String {
    let isIncomplete = results.variants.contains { variant in
      variant.measures.contains { measures.contains($0.measure) && $0.difference.map { $0.pairs < seeds } ?? false }
    }
    let least = NumberText.significant(2 / Double(1 << min(seeds, 40)), digits: 2)
    return
      "Paired by seed: both variants of a pair meet the same data and latent vectors, and layers that both have begin with the same weights. Intervals and p-values by Student's t; "
      + "Holm's correction is for the \(results.variants.count - 1) comparison\(results.variants.count == 2 ? "" : "s") of a measure; sign flips assume no distribution and cannot give less than "
      + "\(least) with \(seeds) seeds. A dash: all pairs differ by the same."
      + (isIncomplete ? " A mean needs numbers: pairs of which a run has none are left out here, but counted as worst in P." : "")
  }
}
