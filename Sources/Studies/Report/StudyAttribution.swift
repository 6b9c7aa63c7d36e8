import Metrics
import Reports

/// What a study with ablations says of each part, in a table and in words.
public struct StudyAttribution {
  private let results: StudyResults
  private let attributions: [Attribution]
  private let texts: [MeasureText]

  /// Prepares the table and the sentences of `results`; `nil` where the study has no ablation, or a single seed.
  public init?(_ results: StudyResults) {
    guard let found = results.attributions, !found.isEmpty else { return nil }
    self.results = results
    attributions = found
    texts = results.texts.filter(\.measure.isPrimary)
  }

  /// The labels of the variants that are taken apart, in order.
  private var wholes: [String] {
    attributions.map(\.whole).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// A row for each removal and measure that decides; where several variants are taken apart, the first column says which.
  public var table: TextTable {
    let isOfSeveral = wholes.count > 1
    var table = TextTable(
      (isOfSeveral ? [.left("of")] : []) + [
        .left("without"), .left("measure"), .right("change"), .right("interaction"), .right("P"), .right("p"), .right("p (Holm)"),
        .left("says"),
      ])
    var whole = ""
    for attribution in attributions {
      var name = self.name(attribution)
      for text in texts {
        guard let found = attribution.measures.first(where: { $0.measure == text.measure.name }) else { continue }
        // What is not corrected is not tested.
        let tested = attribution.tested(text.measure.name).flatMap { $0.holmPValue == nil ? nil : $0 }
        let first = isOfSeveral ? [attribution.whole == whole ? "" : attribution.whole] : []
        table.append(
          first + [
            name, text.title, found.removal.map { text.shift($0) } ?? "–",
            attribution.removed.count == 1 ? "" : found.interaction.map { text.shift($0) } ?? "–",
            tested.map { NumberText.fixed($0.probability, digits: 2) } ?? "", tested.map { StudyFindings.number($0.pValue) } ?? "",
            tested?.holmPValue.map(StudyFindings.number) ?? "", tested.map { Self.word($0.verdict, attribution) } ?? "",
          ])
        (whole, name) = (attribution.whole, "")
      }
    }
    return table
  }

  /// What is removed; of the only two parts that are, "both".
  private func name(_ attribution: Attribution) -> String {
    let isAll = attributions.count { $0.whole == attribution.whole && $0.removed.count == 1 } == attribution.removed.count
    return isAll && attribution.removed.count == 2 ? "both" : attribution.removed.joined(separator: " and ")
  }

  private static func word(_ verdict: Difference.Verdict, _ attribution: Attribution) -> String {
    let isPair = attribution.removed.count > 1
    switch verdict {
    case .better: return isPair ? "need each other" : "better without"
    case .worse: return isPair ? "overlap" : "it helps"
    case .notShown: return "not shown"
    case .tooFewRuns: return "too few seeds"
    case .equal: return "equal"
    case .notTested: return ""
    }
  }

  /// One sentence for each variant that is taken apart and each measure that decides.
  public var sentences: [String] {
    wholes.flatMap { whole in texts.compactMap { sentence(whole, $0) } }
  }

  private func sentence(_ whole: String, _ text: MeasureText) -> String? {
    let known = attributions.filter { $0.whole == whole }.compactMap { attribution in
      attribution.tested(text.measure.name).map { (attribution: attribution, difference: $0) }
    }
    guard !known.isEmpty else { return nil }
    func named(_ verdict: Difference.Verdict, isPair: Bool) -> [String] {
      known.filter { $0.difference.verdict == verdict && ($0.attribution.removed.count > 1) == isPair }.map {
        $0.attribution.removed.joined(separator: " and ") + " (\(text.shift($0.difference))\(text.unit))"
      }
    }
    var parts: [String] = []
    let (worse, better) = (named(.worse, isPair: false), named(.better, isPair: false))
    if !worse.isEmpty { parts.append("it is worse without \(worse.joined(separator: ", "))") }
    if !better.isEmpty { parts.append("it is better without \(better.joined(separator: ", "))") }
    if parts.isEmpty {
      let isTooFew = known.contains { $0.attribution.removed.count == 1 && $0.difference.verdict == .tooFewRuns }
      parts.append("of no part is it shown that leaving it out changes anything" + (isTooFew ? ", and so few seeds could not show it" : ""))
    }
    let (overlapping, needing) = (named(.worse, isPair: true), named(.better, isPair: true))
    if !overlapping.isEmpty { parts.append("each does in part what the other does: \(overlapping.joined(separator: ", "))") }
    if !needing.isEmpty { parts.append("they need each other: \(needing.joined(separator: ", "))") }
    return "\(text.name.prefix(1).uppercased())\(text.name.dropFirst()) of \(whole): \(parts.joined(separator: "; "))."
  }

  /// How the table is to be read.
  public var caption: String {
    let hasPairs = attributions.contains { $0.removed.count > 1 }
    return
      "Change: by how much the values of the variant without the part exceed those of the whole one (Hodges and Lehmann), with the shifts that the test does not reject "
      + "at 5 %; where that is worse, the part helps. P: how probably a run without it is better. "
      + (hasPairs
        ? "Of two parts the change is that of leaving out both, and the interaction is by how much that exceeds the sum of leaving out each, seed by seed (Wilcoxon's signed "
          + "ranks); P, p and the verdict are the interaction's. Where leaving out both costs more than the sum, each does in part what the other does; where it costs less, "
          + "they need each other. A dash: a run without a value would decide it. " : "")
      + "p-values are corrected over all \(results.comparisons) comparisons of the page."
  }
}
