import Metrics
import Reports

/// A study's results as tables of text.
public struct StudyTables {
  private let results: StudyResults

  /// Prepares the tables of `results`.
  public init(_ results: StudyResults) { self.results = results }

  private var seeds: Int { results.specification.seeds.count }
  private var hasTrouble: Bool { results.variants.contains { $0.diverged + $0.failed > 0 } }
  /// The measures that decide, with what is counted out of so many, and the others.
  private var measures: (main: [MeasureText], further: [MeasureText]) {
    let texts = results.texts
    func isMain(_ text: MeasureText) -> Bool { text.measure.isPrimary || Self.hasBestCount(text) }
    return (texts.filter(isMain), texts.filter { !isMain($0) })
  }

  /// One row a variant, and one of real data: the measures that decide which variant is better, and the time of a round.
  public var main: TextTable { table(of: measures.main, isMain: true) }

  /// The same of all other metrics; `nil` where there are none.
  public var further: TextTable? { measures.further.isEmpty ? nil : table(of: measures.further, isMain: false) }

  private func table(of texts: [MeasureText], isMain: Bool) -> TextTable {
    var columns: [TextTable.Column] = [.left("variant")]
    for text in texts {
      columns.append(.right(text.column))
      if Self.hasBestCount(text) { columns += [.right("worst"), .right("all in")] }
    }
    if isMain {
      columns.append(.right("ms/round"))
      if hasTrouble { columns.append(.left("trials")) }
    }
    var rows = results.variants.map { row($0, texts, isMain: isMain) }
    if texts.contains(where: { $0.measure.null != nil }) { rows.append(realRow(texts, isMain: isMain)) }
    return TextTable(columns, rows: rows)
  }

  /// Whether it counts something of which there are so many: then the worst seed, and the seeds that have all, stand beside the mean.
  private static func hasBestCount(_ text: MeasureText) -> Bool { text.measure.display.unit == .count && text.measure.display.best != nil }

  private func row(_ variant: VariantSummary, _ texts: [MeasureText], isMain: Bool) -> [String] {
    var cells = [variant.variant.label]
    for text in texts {
      let summary = variant.summary(of: text.measure)
      cells.append(summary.map { Self.cell($0, text, seeds: seeds) } ?? "–")
      if Self.hasBestCount(text) { cells += [text.single(summary?.worst), summary?.seedsAtBest.map { "\($0) of \(seeds)" } ?? "–"] }
    }
    guard isMain else { return cells }
    cells.append(variant.millisecondsPerRound.map { NumberText.significant($0, digits: 3) } ?? "–")
    if hasTrouble { cells.append(Self.trials(variant)) }
    return cells
  }

  private func realRow(_ texts: [MeasureText], isMain: Bool) -> [String] {
    var cells = ["real data"]
    for text in texts {
      cells.append(text.null)
      if Self.hasBestCount(text) { cells += ["–", "–"] }
    }
    return cells + (isMain ? ["–"] + (hasTrouble ? [""] : []) : [])
  }

  /// `median [lower, upper]`, and how many seeds have a value where some have none.
  private static func cell(_ summary: MeasureSummary, _ text: MeasureText, seeds: Int) -> String {
    guard let median = summary.median else { return "–" }
    let known = summary.values.count { $0 != nil }
    return text.interval(median, runs: seeds) + (known == seeds ? "" : " (\(known) of \(seeds))")
  }

  private static func trials(_ variant: VariantSummary) -> String {
    var parts = ["\(variant.completed) completed"]
    if variant.diverged > 0 { parts.append("\(variant.diverged) diverged") }
    if variant.failed > 0 { parts.append("\(variant.failed) failed") }
    return parts.joined(separator: ", ")
  }

  /// How each variant differs from the reference, a row a measure; `nil` where nothing can be compared.
  public var differences: TextTable? {
    var table = TextTable([
      .left("against \(results.reference)"), .left("measure"), .right("P"), .right("shift"), .right("p"), .right("p (Holm)"), .left("says"),
    ])
    for variant in results.variants {
      var name = variant.variant.label
      for text in measures.main + measures.further {
        guard let difference = variant.summary(of: text.measure)?.difference else { continue }
        let isTested = difference.holmPValue != nil
        table.append([
          name, text.title, NumberText.fixed(difference.probability, digits: 2), text.shift(difference),
          isTested ? StudyFindings.number(difference.pValue) : "", difference.holmPValue.map(StudyFindings.number) ?? "",
          Self.word(difference.verdict),
        ])
        name = ""
      }
    }
    return table.rows.isEmpty ? nil : table
  }

  private static func word(_ verdict: Difference.Verdict) -> String {
    switch verdict {
    case .better: "better"
    case .worse: "worse"
    case .notShown: "not shown"
    case .tooFewRuns: "too few seeds"
    case .equal: "equal"
    case .notTested: ""
    }
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
    let texts = measures.main + measures.further
    let columns: [TextTable.Column] =
      [.left("variant"), .right("seed"), .left("ended"), .right("rounds")] + texts.map { .right($0.title) }
    let rows = results.trials.map { trial -> [String] in
      [trial.variant, String(trial.seed), trial.status.rawValue]
        + [trial.step.map { NumberText.fixed(Double($0), digits: 0) } ?? "–"]
        + texts.map { text in text.single(trial.final?[text.measure.name]) }
    }
    return TextTable(columns, rows: rows)
  }

  /// Metrics that could not be computed in some evaluation, with how often and a reason; `nil` where there is none.
  public var failures: TextTable? {
    var rows: [[String]] = []
    for metric in results.specification.metrics {
      let found = results.trials.flatMap(\.evaluations).flatMap(\.failures).filter { $0.metric == metric.label }
      if let first = found.first { rows.append([metric.label, String(found.count), first.reason]) }
    }
    return rows.isEmpty ? nil : TextTable([.left("metric"), .right("evaluations"), .left("reason, the first")], rows: rows)
  }

  /// What stands in the cells of a table.
  private var cells: String {
    switch seeds {
    case 1: return "One seed."
    case 2..<6:
      let coverage = NumberText.fixed(100 * (1 - 2 / Double(1 << seeds)), digits: 0)
      return
        "Median of \(seeds) seeds (least – largest; such a range holds the true median in \(coverage) % of studies; from 6 seeds on there are "
        + "intervals of 95 %)."
    default:
      let coverage = results.variants.first?.measures.compactMap(\.median).first?.coverage ?? 0.95
      return
        "Median of \(seeds) seeds [interval between two of them that holds the true median in \(NumberText.fixed(100 * coverage, digits: 1)) % "
        + "of studies, whatever the distribution]."
    }
  }

  /// What a reader of ``main`` must know, in two sentences.
  public var shortCaption: String {
    cells
      + " 'real data' is what as many training samples score. The other measures, every comparison with its tests, and pictures are in the "
      + "report; --details shows them."
  }

  /// What the numbers mean, in a paragraph.
  public var caption: String { caption(of: measures.main) }

  /// What the numbers of ``further`` mean, in a paragraph; empty where nothing is said of them.
  public var furtherCaption: String { Self.meanings(measures.further) }

  private func caption(of texts: [MeasureText]) -> String {
    let study = results.specification
    func number(_ count: Int) -> String { NumberText.fixed(Double(count), digits: 0) }
    var parts = [
      cells,
      "↑ higher is better, ↓ lower, = near real data.",
    ]
    if texts.contains(where: Self.hasBestCount) { parts.append("'worst' is the worst seed, 'all in' the seeds with every one.") }
    let meanings = Self.meanings(texts)
    if !meanings.isEmpty { parts.append(meanings) }
    if results.referenceCount > 0 {
      parts.append(
        "\(number(study.sampleCount)) samples a trial are compared with \(number(results.referenceCount)) real ones"
          + (results.hasHeldOut
            ? " that training does not see."
            : "; the data keeps none back, so that these are training samples, and copying them looks good."))
    }
    if results.measures.contains(where: { $0.features != nil }), let features = study.features {
      let remark = results.featuresRemark ?? "they are no Inception features, so that the numbers compare with each other only"
      parts.append("Features: \(features.label); \(remark).")
    }
    if let null = results.measures.compactMap(\.null).first {
      parts.append(
        "'real data' is what as many training samples score: the mean [band that holds 95 % of such draws"
          + (null.repeats.map { ", from \($0) of them" } ?? "")
          + "]; of twenty values that cannot be told from real data, one lies outside.")
    }
    parts.append(
      "A round's time is that of one trial on \(study.threadsPerTrial) thread\(study.threadsPerTrial == 1 ? "" : "s"), beside the others."
    )
    return parts.joined(separator: " ")
  }

  /// What each value means, in its metric's words.
  private static func meanings(_ texts: [MeasureText]) -> String {
    let known = texts.filter { !$0.measure.display.meaning.isEmpty }.map { "\($0.name): \($0.measure.display.meaning)" }
    guard let first = known.first else { return "" }
    return ([first.prefix(1).uppercased() + first.dropFirst()] + known.dropFirst()).joined(separator: "; ") + "."
  }

  /// How the differences are to be read.
  public var differencesCaption: String {
    "P: how probably a run is better than one of \(results.reference), ties counting half. Shift: by how much its values exceed those (Hodges and Lehmann), with the "
      + "shifts that the test does not reject at 5 %, each for itself; of a measure with '=' how much nearer to real data. p-values are given of the measures that decide, "
      + "and corrected over all \(results.comparisons) of them; the others are for looking, not for claims. Runs of one seed share data, latent vectors and, in layers that both "
      + "have, initial weights. A dash: failed runs decide it."
  }
}
