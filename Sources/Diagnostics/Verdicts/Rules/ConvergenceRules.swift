import Adversarial
import Metrics

/// What the samples say: converged, stable but not Nash, still improving.
enum ConvergenceRules {
  /// The accuracy that a fresh classifier must be shown to stay below: it reaches 0.55 where a tenth of the probability is in the wrong place
  /// (accuracy ≤ ½ + TV/2). Who draws fewer than six hundred samples cannot see such a difference at the 5 % level with a power of 80 %.
  static let tolerableAccuracy = 0.55
  /// How much of a null band's end precision and coverage must reach: a tenth of the mass, as for the classifier.
  static let tolerableShare = 0.9
  /// How many times the mean of real against real a squared distance may be. It is a sum of few squared normal variables, of which the 99 %
  /// point lies at 3.3 (four of them) to 4.6 (two of them) times the mean; the band's own end is read from six pairs only.
  static let tolerableDistance = 4.0
  /// The level of the classifier's test, and of a trend's: several measures are looked at, and one of twenty is beyond 5 % by chance.
  static let level = 0.01

  static func findings(_ record: RunRecord) -> [Finding] {
    // What still gets better is not at rest.
    [stillImproving(record) ?? atRest(record)].compactMap { $0 }
  }

  /// Whether a fresh classifier tells the samples from real ones, more surely than chance explains.
  private static func isTold(_ record: RunRecord) -> Bool {
    record.latest(IndependentAdversary.name, "p-value").map { $0 < level } ?? false
  }

  /// A measure that gets better although it has no further to go is noise: it must be outside of what real samples give, or a fresh classifier
  /// must still see a difference.
  private static func stillImproving(_ record: RunRecord) -> Finding? {
    let candidates = [
      improvement(record, SampleDistance.name, "sliced-wasserstein", goal: .lower),
      improvement(record, SampleCoverage.name, "precision", goal: .higher),
      improvement(record, SampleCoverage.name, "coverage", goal: .higher),
      improvement(record, KnownModeShares.name, "high-quality", goal: .higher),
    ]
    guard let best = candidates.compactMap({ $0 }).min(by: { $0.pValue < $1.pValue }) else { return nil }
    return Finding(.stillImproving, confidence: 1 - best.pValue, evidence: best.evidence, advice: [Advice("Train on.")])
  }

  private enum Goal { case lower, higher }

  private static func improvement(
    _ record: RunRecord, _ name: String, _ reading: String, goal: Goal
  ) -> (pValue: Double, evidence: [Evidence])? {
    let series = record.recent(name, reading, share: 0.6)
    guard series.values.count >= 6, let last = series.values.last,
      let trend = try? Trend(series.values, steps: series.steps, level: level), trend.direction == (goal == .lower ? .falling : .rising)
    else { return nil }
    let bound = record.latest(name, "\(reading).null.\(goal == .lower ? "upper" : "lower")")
    let isOutside = bound.map { goal == .lower ? last > $0 : last < $0 } ?? false
    guard isOutside || isTold(record) else { return nil }
    // A tenth of what there was to gain: less is a trend that the test sees and no user would wait for.
    let start = Statistics.mean(Array(series.values.prefix(3)))
    let end = Statistics.mean(Array(series.values.suffix(3)))
    let best = goal == .lower ? 0 : 1.0
    guard abs(end - best) < 0.9 * abs(start - best) else { return nil }
    var held = "a fresh classifier still tells the samples from real ones"
    if isOutside, let bound { held = "\(goal == .lower ? "above" : "below") \(Phrase.number(bound)), which real samples give" }
    return (
      trend.pValue,
      [
        Evidence("\(name).\(reading)", last, held),
        Evidence(
          "\(name).\(reading).start", start,
          "60 % of the run ago; \(Phrase.number(end)) now, and \(goal == .lower ? "falling" : "rising") (p = \(Phrase.number(trend.pValue)))"
        ),
      ]
    )
  }

  /// An independent adversary that is shown to be at chance, distances and shares near their null bands, modes held: nothing is left to learn.
  ///
  /// "Converged" is a claim that there is no difference, so not to have found one does not suffice: a test of few samples finds nothing either.
  /// The claim needs a test of equivalence (Schuirmann 1987): the 95 % upper limit of the accuracy must lie below ``tolerableAccuracy``.
  /// A difference that is significant but smaller than that is no reason to go on; with samples enough every run of a network has one.
  private static func atRest(_ record: RunRecord) -> Finding? {
    let adversary = IndependentAdversary.name
    guard let accuracy = record.latest(adversary, "accuracy"), let upper = record.latest(adversary, "null.upper") else { return nil }
    // The null's upper end is the 95 % point about one half; the limit of the accuracy lies as far above it.
    let limit = accuracy + (upper - 0.5)
    guard limit < tolerableAccuracy else { return nil }
    var checks = [accuracy <= upper]
    var evidence = [
      Evidence("\(adversary).accuracy", accuracy, "a fresh classifier; at most \(Phrase.number(limit)) with 95 % certainty, below 0.55")
    ]
    let distance = SampleDistance.name
    if let value = record.latest(distance, "sliced-wasserstein"), let band = record.latest(distance, "sliced-wasserstein.null.upper") {
      let most = max(band, tolerableDistance * (record.latest(distance, "sliced-wasserstein.null.mean") ?? 0))
      guard value <= most else { return nil }
      checks.append(value <= band)
      evidence.append(Evidence("\(distance).sliced-wasserstein", value, "real against real gives up to \(Phrase.number(most))"))
    }
    if let weights = record.modeWeights, let held = record.latest(KnownModeShares.name, "held") {
      guard Int(held) == weights.filter({ $0 > 0 }).count else { return nil }
      checks.append(true)
      evidence.append(Evidence("\(KnownModeShares.name).held", held, "modes of \(weights.count)"))
    }
    for reading in ["precision", "coverage"] {
      let name = SampleCoverage.name
      guard let value = record.latest(name, reading), let band = record.latest(name, "\(reading).null.lower") else { continue }
      guard value >= tolerableShare * band else { return nil }
      checks.append(value >= band)
      evidence.append(Evidence("\(name).\(reading)", value, "real against real gives at least \(Phrase.number(band))"))
    }
    if let bound = record.latest(DiscriminatorOutputs.name, "jsd-bound") {
      // This one looks at the generator itself, not at its average: 0.05 nats is an accuracy of 0.66, a swing that no average should hide.
      guard bound < 0.05 else { return nil }
      checks.append(bound < 0.01)
      evidence.append(
        Evidence("\(DiscriminatorOutputs.name).jsd-bound", bound, "nats, below 0.05: the divergence that the run's own discriminator shows")
      )
    }
    return standing(record, confidence: Double(checks.filter { $0 }.count) / Double(checks.count), evidence: evidence)
  }

  /// Converged, or at a stable point that is not Nash.
  private static func standing(_ record: RunRecord, confidence: Double, evidence: [Evidence]) -> Finding {
    var evidence = evidence
    if let radius = record.latest(UpdateMapSpectrum.name, "radius") {
      evidence.append(
        Evidence("\(UpdateMapSpectrum.name).radius", radius, radius < 1 ? "below 1: errors shrink" : "1 or above: this very point repels"))
    }
    if let leader = record.latest(EquilibriumReading.name, "generator.smallest-curvature"), leader < 0,
      record.latest(EquilibriumReading.name, "stable") == 1
    {
      evidence.append(
        Evidence("\(EquilibriumReading.name).generator.smallest-curvature", leader, "below 0: the generator alone could still gain"))
      return Finding(
        .stableNotNash, confidence: confidence, evidence: evidence, advice: [Advice("Nothing: this is where GANs usually end.")])
    }
    return Finding(
      .converged, confidence: confidence, evidence: evidence,
      advice: record.fitting([
        Advice("Stop; the average of the generator is the one to sample from.", components: ["exponential-moving-average"]),
        Advice("Stop."),
      ]))
  }
}
