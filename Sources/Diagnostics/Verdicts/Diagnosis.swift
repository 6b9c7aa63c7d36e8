import Adversarial

/// What a run is doing, why, and what to try next.
///
/// ```swift
/// let diagnosis = Diagnosis(RunRecord(trainer))
/// print(diagnosis.headline)
/// ```
public struct Diagnosis: Sendable {
  /// What was found, most serious first; never empty.
  public let findings: [Finding]

  /// The finding that a user should act on first.
  public var primary: Finding { findings[0] }
  public var verdict: ConvergenceVerdict { primary.verdict }

  /// Diagnoses a record. A pure function: the same record gives the same findings.
  public init(_ record: RunRecord) {
    let rules = [
      NumericRule.findings, DiscriminatorRules.findings, DynamicsRules.findings, ModeRules.findings, ConvergenceRules.findings,
    ]
    let found = rules.flatMap { $0(record) }
    let order = Diagnosis.precedence
    let sorted = found.indices.sorted { first, second in
      let (a, b) = (order.firstIndex(of: found[first].verdict) ?? order.count, order.firstIndex(of: found[second].verdict) ?? order.count)
      return a != b ? a < b : first < second
    }.map { found[$0] }
    findings = sorted.isEmpty ? [Diagnosis.nothing(record)] : sorted
  }

  /// What outranks what: a number that is not finite spoils every other reading, a dead discriminator every reading of it; a
  /// collapse is why a discriminator is right about most samples.
  static let precedence: [ConvergenceVerdict] = [
    .numeric, .discriminatorDead, .diverging, .discriminatorOverfit, .modeHopping, .cycling, .modeCollapse, .discriminatorOverpowered,
    .stableNotNash, .converged, .stillImproving, .inconclusive,
  ]

  private static func nothing(_ record: RunRecord) -> Finding {
    var evidence: [Evidence] = []
    if let accuracy = record.latest(IndependentAdversary.name, "accuracy") {
      evidence.append(Evidence("\(IndependentAdversary.name).accuracy", accuracy, "a fresh classifier; 0.5 is chance"))
    }
    if let distance = record.latest(SampleDistance.name, "sliced-wasserstein"),
      let upper = record.latest(SampleDistance.name, "sliced-wasserstein.null.upper")
    {
      evidence.append(
        Evidence("\(SampleDistance.name).sliced-wasserstein", distance, "real against real gives up to \(Phrase.number(upper))"))
    }
    let advice =
      evidence.isEmpty
      ? [Advice("Record more: --diagnose sample-distance --diagnose discriminator-outputs, or 'diagnose' on a later checkpoint.")]
      : [Advice("Train on, or stop at the best checkpoint if the distance has not fallen for long.")]
    return Finding(.inconclusive, confidence: 0.5, evidence: evidence, advice: advice)
  }

  /// One line: the verdict, how sure it is, and its strongest evidence.
  public var headline: String {
    let finding = primary
    var line = "\(finding.verdict.rawValue) (\(Phrase.percent(finding.confidence)))"
    if let evidence = finding.evidence.first { line += ": \(evidence.name) \(Phrase.number(evidence.value)), \(evidence.threshold)" }
    return line
  }
}
