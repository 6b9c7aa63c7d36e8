import Adversarial
import Components
import Diagnostics
import Metrics

/// What the samples say: converged, stable but not Nash, still improving, or too little is known.
///
/// It weighs what each diagnostic that was asked has to say: `Diagnostic.progress` and `Diagnostic.equivalence(in:)`.
public struct ConvergenceRule: Rule {
  public static let name = "convergence-rule"
  public static let summary = "Finds runs that still improve, and runs that are at rest by a test of equivalence."
  public static let reference = "Schuirmann 1987; Lopez-Paz and Oquab 2017"
  public static let fieldDescriptions = [
    "level":
      """
    The level of the classifier's test, and of a trend's; 0.01 by default: several measures are looked at, and one of twenty is \
    beyond 5 % by chance
    """,
    "tolerableAccuracy":
      """
    The accuracy that a fresh classifier must be shown to stay below; 0.55 by default: it reaches that where a tenth of the \
    probability is in the wrong place (accuracy ≤ ½ + TV/2). Who draws fewer than six hundred samples cannot see such a difference \
    at the 5 % level with a power of 80 %
    """,
  ]

  /// The accuracy that a fresh classifier must be shown to stay below; 0.55 by default: it reaches that where a tenth of the probability is in the
  /// wrong place (accuracy ≤ ½ + TV/2). Who draws fewer than six hundred samples cannot see such a difference at the 5 % level with a power of 80 %.
  public var tolerableAccuracy: Double = 0.55
  /// The level of the classifier's test, and of a trend's; 0.01 by default: several measures are looked at, and one of twenty is beyond 5 % by
  /// chance.
  public var level: Double = 0.01

  public init() {}

  public func validateFields() throws {
    guard tolerableAccuracy > 0.5, tolerableAccuracy <= 1 else {
      throw ComponentError(component: name, field: "tolerableAccuracy", value: tolerableAccuracy, expected: "above 0.5, up to 1")
    }
    guard level > 0, level < 1 else { throw ComponentError(component: name, field: "level", value: level, expected: "between 0 and 1") }
  }

  public func findings(in record: RunRecord) -> [Finding] {
    // What still gets better is not at rest.
    [stillImproving(record) ?? atRest(record) ?? undecided(record)]
  }

  /// Whether a fresh classifier tells the samples from real ones, more surely than chance explains.
  private func isTold(_ record: RunRecord) -> Bool { record.latest(IndependentAdversary.pValue).map { $0 < level } ?? false }

  /// A measure that gets better although it has no further to go is noise: it must be outside of what real samples give, or a fresh classifier
  /// must still see a difference.
  private func stillImproving(_ record: RunRecord) -> Finding? {
    let candidates = record.diagnostics.flatMap(\.progress).compactMap { improvement(record, $0) }
    guard let best = candidates.min(by: { $0.pValue < $1.pValue }) else { return nil }
    return Finding(.stillImproving, confidence: 1 - best.pValue, evidence: best.evidence, advice: [Advice("Train on.")])
  }

  private func improvement(_ record: RunRecord, _ measure: ProgressMeasure) -> (pValue: Double, evidence: [Evidence])? {
    let column = measure.column
    let isLowerBetter = measure.goal == .lower
    let series = record.recent(column, share: 0.6)
    guard series.values.count >= 6, let last = series.values.last,
      let trend = try? Trend(series.values, steps: series.steps, level: level), trend.direction == (isLowerBetter ? .falling : .rising)
    else { return nil }
    let bound = record.null(of: column).flatMap { isLowerBetter ? $0.upper : $0.lower }
    let isOutside = bound.map { isLowerBetter ? last > $0 : last < $0 } ?? false
    guard isOutside || isTold(record) else { return nil }
    // A tenth of what there was to gain: less is a trend that the test sees and no user would wait for.
    let start = Statistics.mean(Array(series.values.prefix(3)))
    let end = Statistics.mean(Array(series.values.suffix(3)))
    guard abs(end - measure.best) < 0.9 * abs(start - measure.best) else { return nil }
    var held = "a fresh classifier still tells the samples from real ones"
    if isOutside, let bound { held = "\(isLowerBetter ? "above" : "below") \(Phrase.number(bound)), which real samples give" }
    return (
      trend.pValue,
      [
        Evidence("\(column)", last, held),
        Evidence(
          "\(column).start", start,
          "60 % of the run ago; \(Phrase.number(end)) now, and \(isLowerBetter ? "falling" : "rising") (p = \(Phrase.number(trend.pValue)))"
        ),
      ]
    )
  }

  /// An independent adversary that is shown to be at chance, and no diagnostic that contradicts: nothing is left to learn.
  ///
  /// "Converged" is a claim that there is no difference, so not to have found one does not suffice: a test of few samples finds nothing either.
  /// The claim needs a test of equivalence (Schuirmann 1987): the 95 % upper limit of the accuracy must lie below ``tolerableAccuracy``.
  /// A difference that is significant but smaller than that is no reason to go on; with samples enough every run of a network has one.
  private func atRest(_ record: RunRecord) -> Finding? {
    let adversary = IndependentAdversary.accuracy
    guard let accuracy = record.latest(adversary), let upper = record.null(of: adversary)?.upper else { return nil }
    // The null's upper end is the 95 % point about one half; the limit of the accuracy lies as far above it.
    let limit = accuracy + (upper - 0.5)
    guard limit < tolerableAccuracy else { return nil }
    let held = "a fresh classifier; at most \(Phrase.number(limit)) with 95 % certainty, below \(Phrase.number(tolerableAccuracy))"
    let checks =
      [EquivalenceCheck(accuracy <= upper ? .agrees : .tolerable, Evidence("\(adversary)", accuracy, held))]
      + record.diagnostics.flatMap { $0.equivalence(in: record) }
    guard !checks.contains(where: { $0.outcome == .contradicts }) else { return nil }
    let counted = checks.filter { $0.outcome != .beside }
    let confidence = Double(counted.filter { $0.outcome == .agrees }.count) / Double(counted.count)
    return standing(record, confidence: confidence, evidence: checks.map(\.evidence))
  }

  /// Converged, or at a stable point that is not Nash.
  private func standing(_ record: RunRecord, confidence: Double, evidence: [Evidence]) -> Finding {
    let curvature = EquilibriumReading.smallestCurvature(of: .generator)
    if let leader = record.latest(curvature), leader < 0, record.latest(EquilibriumReading.stable) == 1 {
      return Finding(
        .stableNotNash, confidence: confidence,
        evidence: evidence + [Evidence("\(curvature)", leader, "below 0: the generator alone could still gain")],
        advice: [Advice("Nothing: this is where GANs usually end.")])
    }
    return Finding(
      .converged, confidence: confidence, evidence: evidence,
      advice: record.fitting([
        Advice("Stop; the average of the generator is the one to sample from.", components: ["exponential-moving-average"]),
        Advice("Stop."),
      ]))
  }

  /// What is known where no rule finds anything.
  private func undecided(_ record: RunRecord) -> Finding {
    var evidence: [Evidence] = []
    if let accuracy = record.latest(IndependentAdversary.accuracy) {
      evidence.append(Evidence("\(IndependentAdversary.accuracy)", accuracy, "a fresh classifier; 0.5 is chance"))
    }
    if let distance = record.latest(SampleDistance.distance), let upper = record.null(of: SampleDistance.distance)?.upper {
      evidence.append(Evidence("\(SampleDistance.distance)", distance, "real against real gives up to \(Phrase.number(upper))"))
    }
    let advice =
      evidence.isEmpty
      ? [Advice("Record more: --diagnose sample-distance --diagnose discriminator-outputs, or 'diagnose' on a later checkpoint.")]
      : [Advice("Train on, or stop at the best checkpoint if the distance has not fallen for long.")]
    return Finding(.inconclusive, confidence: 0.5, evidence: evidence, advice: advice)
  }
}
