import Metrics
import Reports

/// What a study's runs say about which variant is better, in sentences.
public struct StudyFindings {
  private let results: StudyResults

  /// Prepares the sentences of `results`.
  public init(_ results: StudyResults) { self.results = results }

  /// The measures that decide which variant is better.
  var primary: [MeasureText] { results.texts.filter(\.measure.isPrimary) }

  /// One sentence for each primary measure: the variant with the best mean, and whether its difference to the reference is shown.
  public var answers: [String] { primary.compactMap(answer) }

  private func answer(_ text: MeasureText) -> String? {
    let means = results.variants.compactMap { variant in
      variant.summary(of: text.measure)?.interval.map { (variant: variant, mean: $0.mean) }
    }
    guard results.variants.count > 1, let best = means.max(by: { text.measure.score($0.mean) < text.measure.score($1.mean) }) else {
      return nil
    }
    let label = best.variant.variant.label
    var beside = means.filter { $0.variant.variant.label == results.reference && label != results.reference }.map {
      "\(results.reference) \(text.mean($0.mean))\(text.unit)"
    }
    if let null = text.measure.null { beside.append("real data \(text.mean(null.mean))\(text.unit)") }
    let brackets = beside.isEmpty ? "" : " (\(beside.joined(separator: ", ")))"
    let start = "Best mean \(text.name): \(label) with \(text.mean(best.mean))\(text.unit)\(brackets)"
    guard let difference = best.variant.summary(of: text.measure)?.difference, let lower = difference.interval.lower,
      let upper = difference.interval.upper
    else { return start + "." }
    let holdsZero = lower <= 0 && upper >= 0
    return start + "; its difference to \(results.reference), \(text.signed(difference.interval.mean)) "
      + "[\(text.signed(lower)), \(text.signed(upper))], is \(holdsZero ? "not shown: the 95 % interval holds 0" : "shown: the 95 % interval is on one side of 0")."
  }

  /// What the variants with the best means cost: one sentence for each but the reference, where the time of a round is known.
  public var costs: [String] {
    guard let base = results.variants.first(where: { $0.variant.label == results.reference })?.millisecondsPerRound, base > 0 else {
      return []
    }
    var told: Set<String> = [results.reference]
    return primary.compactMap { text in
      let means = results.variants.compactMap { variant in variant.summary(of: text.measure)?.interval.map { (variant, $0.mean) } }
      guard results.variants.count > 1, let best = means.max(by: { text.measure.score($0.1) < text.measure.score($1.1) })?.0,
        told.insert(best.variant.label).inserted, let time = best.millisecondsPerRound
      else { return nil }
      let share = 100 * (time / base - 1)
      return "A round takes \(NumberText.significant(time, digits: 3)) ms with \(best.variant.label), "
        + "\(NumberText.fixed(abs(share), digits: 0)) % \(share < 0 ? "less" : "more") than with \(results.reference)."
    }
  }

  /// One sentence for each primary measure of each variant against the reference; none with a single seed.
  public var sentences: [String] {
    primary.flatMap { text in
      results.variants.compactMap { variant in
        variant.summary(of: text.measure)?.improvement.map { sentence(variant.variant.label, text, $0) }
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
    let ranks = Int(SampleSize.forRanks(probability: 0.75).rounded(.up))
    let signs = Int(SampleSize.forSigns(probability: 0.75).rounded(.up))
    return
      "P: how probably a run is better than \(results.reference)'s of the same seed, ties counting half, with its exact 95 % interval, each for "
      + "itself; 'better' where that lies above 0.5. A run that failed, diverged or has no value makes its pair incomplete and counts as worst. To tell P = 0.75 from 0.5 takes about \(ranks) runs of each "
      + "variant by ranks (Noether), or \(signs) pairs by signs, as here."
  }

  /// `r1-penalty beats baseline in reverse KL with P = 0.81 [0.54, 0.96], n = 16 pairs: better; P > 0.75 not shown.`
  private func sentence(_ label: String, _ text: MeasureText, _ found: Improvement) -> String {
    func two(_ value: Double) -> String { NumberText.fixed(value, digits: 2) }
    var count = "n = \(found.pairs) pairs"
    if found.ties > 0, found.verdict != .equal { count += ", \(found.ties) tied" }
    if found.incomplete > 0 { count += ", \(found.incomplete) incomplete" }
    return
      "\(label) beats \(results.reference) in \(text.name) with P = \(two(found.probability)) [\(two(found.lower)), \(two(found.upper))], "
      + "\(count): \(Self.verdict(found))."
  }

  private static func verdict(_ found: Improvement) -> String {
    switch found.verdict {
    case .muchBetter: "better, and P > 0.75"
    case .better: "better; P > 0.75 not shown"
    case .muchWorse: "worse, and P < 0.25"
    case .worse: "worse; P < 0.25 not shown"
    case .undecided: "undecided"
    case .equal: "equal in each"
    case .tooFewPairs: "too few to show any difference (p ≥ \(NumberText.significant(leastPValue(found.pairs), digits: 2)))"
    }
  }

  /// The least two-sided p-value of so many sign flips: 2/2ⁿ.
  private static func leastPValue(_ pairs: Int) -> Double { 2 / Double(1 << min(pairs, 40)) }
}
