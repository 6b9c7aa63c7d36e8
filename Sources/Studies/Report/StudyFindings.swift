import Metrics
import Reports

/// What a study's runs say about which variant is better, in sentences.
public struct StudyFindings {
  private let results: StudyResults

  /// Prepares the sentences of `results`.
  public init(_ results: StudyResults) { self.results = results }

  /// The measures that decide which variant is better.
  var primary: [MeasureText] { results.texts.filter(\.measure.isPrimary) }

  /// One paragraph for each primary measure: the variant with the best median, by how much it is better than the reference, and how sure that is.
  public var answers: [String] { primary.compactMap(answer) }

  /// The variant with the best median; of equal ones the reference, or the first.
  private func best(_ text: MeasureText) -> (variant: VariantSummary, median: Double)? {
    let medians = results.variants.compactMap { variant in
      variant.summary(of: text.measure)?.median?.median.map { (variant: variant, median: $0) }
    }
    guard results.variants.count > 1,
      let score = medians.map({ text.measure.score($0.median) }).max()
    else { return nil }
    let equal = medians.filter { text.measure.score($0.median) == score }
    return equal.first { $0.variant.variant.label == results.reference } ?? equal.first
  }

  private func answer(_ text: MeasureText) -> String? {
    guard let best = best(text) else { return nil }
    let label = best.variant.variant.label
    var beside: [String] = []
    if label != results.reference, let reference = results.variants.first(where: { $0.variant.label == results.reference }) {
      beside.append("\(results.reference) \(text.mean(reference.summary(of: text.measure)?.median?.median))\(text.unit)")
    }
    if let null = text.measure.null { beside.append("real data \(text.mean(null.mean))\(text.unit)") }
    let brackets = beside.isEmpty ? "" : " (\(beside.joined(separator: ", ")))"
    let start = "Best median \(text.name): \(label) with \(text.mean(best.median))\(text.unit)\(brackets)."
    guard results.specification.seeds.count > 1 else { return start }
    let difference = best.variant.summary(of: text.measure)?.difference
    let comparison = difference.map { " Against \(results.reference): \(self.comparison($0, text))." } ?? ""
    return start + comparison + others(text, than: label)
  }

  /// What is shown of the variants that are not best; where the reference is best and nothing is shown, that.
  private func others(_ text: MeasureText, than best: String) -> String {
    func labels(_ verdict: Difference.Verdict) -> [String] {
      results.variants.filter { $0.variant.label != best && $0.summary(of: text.measure)?.difference?.verdict == verdict }.map(
        \.variant.label)
    }
    let shown = [("better", labels(.better)), ("worse", labels(.worse))].filter { !$0.1.isEmpty }.map { word, labels in
      "\(word): \(labels.joined(separator: ", "))"
    }
    if shown.isEmpty { return best == results.reference ? " No variant is shown to differ from it." : "" }
    return (best == results.reference ? " Shown to be " : " Of the others shown to be ") + shown.joined(separator: "; ") + "."
  }

  /// What the variants with the best medians cost: one sentence for each but the reference, where the time of a round is known.
  public var costs: [String] {
    guard let base = results.variants.first(where: { $0.variant.label == results.reference })?.millisecondsPerRound, base > 0 else {
      return []
    }
    var told: Set<String> = [results.reference]
    return primary.compactMap { text in
      guard let best = best(text)?.variant, told.insert(best.variant.label).inserted, let time = best.millisecondsPerRound else {
        return nil
      }
      let share = 100 * (time / base - 1)
      return "A round takes \(NumberText.significant(time, digits: 3)) ms with \(best.variant.label), "
        + "\(NumberText.fixed(abs(share), digits: 0)) % \(share < 0 ? "less" : "more") than with \(results.reference)."
    }
  }

  /// One sentence for each primary measure of each variant against the reference; none with a single seed.
  public var sentences: [String] {
    primary.flatMap { text in
      results.variants.compactMap { variant in
        variant.summary(of: text.measure)?.difference.map {
          "\(variant.variant.label) against \(results.reference) in \(text.name): \(comparison($0, text))."
        }
      }
    }
  }

  /// One line for each primary measure with a direction: the expected best of 3 runs of each variant; none with a single seed.
  public var bestLines: [String] {
    guard results.specification.seeds.count > 1 else { return [] }
    return primary.filter { $0.measure.goal != .null }.map { text in
      let summaries = results.variants.map { ($0.variant.label, $0.summary(of: text.measure)?.best ?? []) }
      let runs = min(3, results.specification.seeds.count)
      let values = summaries.map { label, best in "\(label) \(text.mean(best.first { $0.runs == runs }?.unbiased))\(text.unit)" }
      return "Expected best of \(runs) runs in \(text.name): \(values.joined(separator: ", "))."
    }
  }

  /// The robust mean and the expected best of 1, 3, and all runs, by both estimators; `nil` with a single seed.
  public var bestTable: TextTable? {
    let seeds = results.specification.seeds.count
    guard seeds > 1 else { return nil }
    let runs = [1, 2, 3, 5, 10].filter { $0 <= seeds }
    let columns: [TextTable.Column] =
      [.left("measure"), .left("variant"), .right("middle half")] + runs.map { .right("best of \($0)") }
    var table = TextTable(columns)
    for text in primary where text.measure.goal != .null {
      var name = text.title
      for variant in results.variants {
        guard let summary = variant.summary(of: text.measure) else { continue }
        table.append(
          [name, variant.variant.label, text.mean(summary.interquartileMean)]
            + runs.map { count in
              let best = summary.best.first { $0.runs == count }
              let (unbiased, plugIn) = (text.mean(best?.unbiased), text.mean(best?.plugIn))
              return unbiased == plugIn ? unbiased : "\(unbiased) (\(plugIn))"
            })
        name = ""
      }
    }
    return table.rows.isEmpty ? nil : table
  }

  /// How ``bestTable`` is to be read.
  public let bestCaption =
    "Middle half: the mean of the runs without the best and the worst quarter. Best of k: what one may expect of the best of k runs, "
    + "unbiased, and in brackets the pessimistic plug-in estimate. A dash: decided by a run that failed, diverged or has no value."

  /// How the sentences are to be read; empty where there are none.
  public var caption: String {
    guard !sentences.isEmpty else { return "" }
    let seeds = results.specification.seeds.count
    return
      "P: how probably a run is better than one of \(results.reference), ties counting half; then by how much (Hodges and Lehmann), with all shifts that the test does "
      + "not reject at 5 % in brackets, and its exact p-value. 'Better' and 'worse' are said where p is below 0.05 after Holm's correction for "
      + (results.comparisons == 1 ? "the one comparison" : "all \(results.comparisons) comparisons")
      + " of the measures that decide; intervals stand each for itself. A run that failed, diverged or has no value counts as worst. "
      + pairings + " " + StudyOutlook(comparisons: results.comparisons, seeds: seeds).needed
  }

  /// Which test was taken of which measure, and why.
  private var pairings: String {
    let known = primary.compactMap { text in results.pairings.first { $0.measure == text.measure.name }.map { (text, $0) } }
    guard let useful = known.first?.1.usefulCorrelation else { return "" }
    func two(_ value: Double) -> String { NumberText.fixed(value, digits: 2) }
    func list(_ test: Difference.Test) -> String {
      known.filter { $0.1.test == test }.map { text, pairing in
        "\(text.name) (\(pairing.correlation.map { "correlation \(two($0))" } ?? "no correlation to be had"))"
      }.joined(separator: ", ")
    }
    let (pairs, ranks) = (list(.pairs), list(.ranks))
    var parts: [String] = []
    if !pairs.isEmpty { parts.append("by pairs of one seed (Wilcoxon's signed ranks): \(pairs)") }
    if !ranks.isEmpty { parts.append("run against any run (Mann and Whitney's ranks): \(ranks)") }
    return "Compared \(parts.joined(separator: "; ")): from a correlation of ±\(two(useful)) on, pairs are taken."
  }

  /// `P = 0.81, +0.31 [+0.12, +0.55], p = 0.002 (0.012 of all 6): better`.
  private func comparison(_ found: Difference, _ text: MeasureText) -> String {
    if found.verdict == .equal { return "all \(2 * found.runs) runs are equal" }
    let size = found.shift == nil ? "" : ", \(text.shift(found))\(text.unit)" + (text.measure.goal == .null ? " nearer to real data" : "")
    var parts = "P = \(NumberText.fixed(found.probability, digits: 2))\(size)"
    if found.worthless > 0 { parts += ", \(found.worthless) of \(2 * found.runs) runs without a value" }
    let p = Self.p(found.pValue)
    let all = results.comparisons
    let corrected = found.holmPValue.map { $0 == found.pValue ? "" : " (\(Self.number($0)) of all \(all))" } ?? ""
    switch found.verdict {
    case .better: return "\(parts), \(p)\(corrected): better"
    case .worse: return "\(parts), \(p)\(corrected): worse"
    case .notTested, .equal: return parts
    case .notShown:
      let reason = found.pValue < 0.05 ? ": not shown, for among \(all) comparisons such a p comes by chance" : ": no difference is shown"
      return "\(parts), \(p)\(corrected)\(reason)"
    case .tooFewRuns:
      let outlook = StudyOutlook(comparisons: all, seeds: found.runs)
      let needed = found.test == .pairs ? outlook.leastPairs : outlook.leastSeeds
      return "\(parts): \(found.runs) seeds cannot show a difference among \(all) comparison\(all == 1 ? "" : "s"), \(needed) can"
    }
  }

  /// `p = 0.012`, `p < 0.001`.
  private static func p(_ value: Double) -> String { value < 0.001 ? "p < 0.001" : "p = \(number(value))" }

  static func number(_ value: Double) -> String { value < 0.001 ? "< 0.001" : NumberText.fixed(value, digits: 3) }
}
