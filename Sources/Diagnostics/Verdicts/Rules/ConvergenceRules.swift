import Adversarial
import Metrics

/// What the samples say: converged, stable but not Nash, still improving.
enum ConvergenceRules {
  static func findings(_ record: RunRecord) -> [Finding] {
    [stillImproving(record), atRest(record)].compactMap { $0 }
  }

  /// The distance from held-out samples still falls, while it is above what real samples give or a fresh classifier still sees a difference.
  private static func stillImproving(_ record: RunRecord) -> Finding? {
    let name = SampleDistance.name
    let series = record.recent(name, "sliced-wasserstein", share: 0.6)
    guard series.values.count >= 6, let last = series.values.last, let upper = record.latest(name, "sliced-wasserstein.null.upper"),
      let trend = try? Trend(series.values, steps: series.steps), trend.direction == .falling
    else { return nil }
    let told = record.latest(IndependentAdversary.name, "p-value").map { $0 < 0.01 } ?? false
    guard last > upper || told else { return nil }
    let start = Statistics.mean(Array(series.values.prefix(3)))
    let end = Statistics.mean(Array(series.values.suffix(3)))
    guard end < 0.9 * start else { return nil }
    return Finding(
      .stillImproving, confidence: 1 - trend.pValue,
      evidence: [
        Evidence(
          "\(name).sliced-wasserstein", last,
          last > upper
            ? "above \(Phrase.number(upper)), the most that real samples give" : "a fresh classifier still tells the samples from real ones"
        ),
        Evidence(
          "\(name).change", end / start - 1, "of the distance in the last 60 % of the run, and falling (p = \(Phrase.number(trend.pValue)))"
        ),
      ], advice: [Advice("Train on.")])
  }

  /// An independent adversary at chance, distances in their null bands, modes held, and no trend: nothing is left to learn.
  private static func atRest(_ record: RunRecord) -> Finding? {
    let adversary = IndependentAdversary.name
    guard let accuracy = record.latest(adversary, "accuracy"), let upper = record.latest(adversary, "null.upper"),
      let pValue = record.latest(adversary, "p-value")
    else { return nil }
    var evidence = [
      Evidence("\(adversary).accuracy", accuracy, "a fresh classifier; chance stays below \(Phrase.number(upper))")
    ]
    // One run in twenty is beyond a 5 % band by chance alone, so the line is drawn at 1 %, and where the difference is small in itself:
    // an accuracy of 0.55 shows a tenth of the mass in the wrong place.
    guard pValue >= 0.01, accuracy < 0.55 else { return nil }
    var checks = [accuracy <= upper]
    let distance = SampleDistance.name
    if let value = record.latest(distance, "sliced-wasserstein"), let limit = record.latest(distance, "sliced-wasserstein.null.upper") {
      // The band is read from a few null draws; half a band more is still no distance that anybody could use.
      guard value < 1.5 * limit else { return nil }
      checks.append(value <= limit)
      evidence.append(Evidence("\(distance).sliced-wasserstein", value, "real against real gives up to \(Phrase.number(limit))"))
    }
    if let weights = record.modeWeights, let held = record.latest(KnownModeShares.name, "held") {
      guard Int(held) == weights.filter({ $0 > 0 }).count else { return nil }
      checks.append(true)
      evidence.append(Evidence("\(KnownModeShares.name).held", held, "modes of \(weights.count)"))
    }
    let coverage = SampleCoverage.name
    if let value = record.latest(coverage, "coverage"), let limit = record.latest(coverage, "coverage.null.lower") {
      guard value > 0.6 * limit else { return nil }
      checks.append(value >= 0.9 * limit)
      evidence.append(Evidence("\(coverage).coverage", value, "real against real gives at least \(Phrase.number(limit))"))
    }
    if let bound = record.latest(DiscriminatorOutputs.name, "jsd-bound") {
      guard bound < 0.05 else { return nil }
      checks.append(bound < 0.01)
      evidence.append(
        Evidence("\(DiscriminatorOutputs.name).jsd-bound", bound, "nats: the divergence that the run's own discriminator can show"))
    }
    let confidence = Double(checks.filter { $0 }.count) / Double(checks.count)
    if let radius = record.latest(UpdateMapSpectrum.name, "radius") {
      evidence.append(
        Evidence("\(UpdateMapSpectrum.name).radius", radius, radius < 1 ? "below 1: errors shrink" : "1 or above: this very point repels"))
    }
    let leader = record.latest(EquilibriumReading.name, "generator.smallest-curvature")
    if let leader, leader < 0, record.latest(EquilibriumReading.name, "stable") == 1 {
      evidence.append(
        Evidence("\(EquilibriumReading.name).generator.smallest-curvature", leader, "below 0: the generator alone could still gain"))
      return Finding(
        .stableNotNash, confidence: confidence, evidence: evidence, advice: [Advice("Nothing: this is where GANs usually end.")])
    }
    return Finding(
      .converged, confidence: confidence, evidence: evidence,
      advice: [Advice("Stop, or average the generator and sample from it.", components: [])])
  }
}
