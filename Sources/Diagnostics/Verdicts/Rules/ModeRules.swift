import Adversarial
import Metrics

/// What the generator covers: collapse and hopping.
enum ModeRules {
  private static let modes = KnownModeShares.name

  static func findings(_ record: RunRecord) -> [Finding] {
    [hopping(record), collapse(record)].compactMap { $0 }
  }

  private static func shares(_ record: RunRecord) -> [[Double]] {
    guard let table = record.observations[modes] else { return [] }
    let columns = table.names.filter { $0.hasPrefix("share-") }.compactMap { table[$0] }
    guard let rows = columns.first?.count, rows > 0 else { return [] }
    let first = table.steps.firstIndex { Double($0) > 0.5 * Double(record.step) } ?? 0
    return (first..<rows).map { row in columns.map { $0[row] } }
  }

  /// Where the modes are known: mass that the generator leaves out. Elsewhere: coverage far below its null, and further than precision, because
  /// a generator whose samples do not look right yet covers little without having collapsed.
  private static func collapse(_ record: RunRecord) -> Finding? {
    if let weights = record.modeWeights { return knownModes(record, weights) }
    guard let coverage = record.latest(SampleCoverage.name, "coverage"),
      let lower = record.latest(SampleCoverage.name, "coverage.null.lower"),
      let precision = record.latest(SampleCoverage.name, "precision"),
      let usual = record.latest(SampleCoverage.name, "precision.null.lower"), lower > 0, usual > 0,
      coverage < 0.6 * lower, coverage / lower < 0.7 * precision / usual
    else { return nil }
    return Finding(
      .modeCollapse, confidence: min(1, 1 - coverage / lower),
      evidence: [
        Evidence("\(SampleCoverage.name).coverage", coverage, "real against real gives at least \(Phrase.number(lower))"),
        Evidence(
          "\(SampleCoverage.name).precision", precision,
          "real against real gives at least \(Phrase.number(usual)): what is made looks better than it covers"),
      ], advice: advice(record))
  }

  private static func knownModes(_ record: RunRecord, _ weights: [Double]) -> Finding? {
    guard let missing = record.latest(modes, "missing-mass"), let held = record.latest(modes, "held"),
      let quality = record.latest(modes, "high-quality")
    else { return nil }
    let rows = shares(record)
    let recent = rows.suffix(max(3, rows.count / 2))
    // Modes that held less than a tenth of their weight in each of the last observations.
    let lost = weights.indices.filter { mode in weights[mode] > 0 && recent.allSatisfy { $0[mode] < 0.1 * weights[mode] } }
    let lostMass = lost.reduce(0) { $0 + weights[$1] }
    // A generator that makes nothing well has not collapsed: it has not learnt.
    let qualities = record.recent(modes, "high-quality", share: 0.25).values
    guard !lost.isEmpty, lostMass > 0.02, recent.count >= 3, Phrase.median(qualities) > 0.2 else { return nil }
    return Finding(
      .modeCollapse, confidence: min(1, 0.5 + Double(lost.count) / Double(weights.count)),
      evidence: [
        Evidence("\(modes).lost", Double(lost.count), "of \(weights.count) modes hold less than a tenth of their weight, again and again"),
        Evidence("\(modes).missing-mass", missing, "of the probability is not where it belongs"),
        Evidence("\(modes).held", held, "modes are held well; \(Phrase.percent(quality)) of the samples lie in a mode"),
      ], advice: advice(record))
  }

  /// Most of the mass is in the wrong modes, and in others at every look.
  private static func hopping(_ record: RunRecord) -> Finding? {
    let rows = shares(record)
    guard rows.count >= 6, let weights = record.modeWeights, weights.count > 1 else { return nil }
    let leaders = rows.map { row in row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 } }
    func distance(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 }
    let moved = zip(rows, rows.dropFirst()).map { distance($0, $1) }
    let misplaced = rows.map { distance($0, weights) }
    let (movement, distance) = (Phrase.median(moved), Phrase.median(misplaced))
    guard movement > 0.3, distance > 0.3, Set(leaders).count >= 3 else { return nil }
    let clear = Double(moved.filter { $0 > 0.3 }.count + misplaced.filter { $0 > 0.3 }.count) / Double(moved.count + misplaced.count)
    return Finding(
      .modeHopping, confidence: clear,
      evidence: [
        Evidence("\(modes).movement", movement, "of the mass changes its mode from one observation to the next, above 0.3"),
        Evidence("\(modes).misplaced", distance, "of the mass is in the wrong mode, above 0.3"),
        Evidence("\(modes).leaders", Double(Set(leaders).count), "modes have been the largest, 3 or more"),
      ],
      advice: record.fitting([
        Advice("Damp the dynamics.", components: ["r1-penalty"]),
        Advice("Let the discriminator see many samples at once.", components: ["minibatch-discrimination"]),
        Advice("Average the generator.", components: ["exponential-moving-average"]),
        Advice("Raise the discriminator's learning rate, or lower the generator's."),
      ]))
  }

  private static func advice(_ record: RunRecord) -> [Advice] {
    record.fitting([
      Advice("Penalize the discriminator's slope at real samples.", components: ["r1-penalty"]),
      Advice("Let the discriminator see many samples at once.", components: ["minibatch-discrimination", "minibatch-standard-deviation"]),
      Advice("Match features instead of outputs.", components: ["feature-matching"]),
      Advice("Update the discriminator more often.", components: ["alternating:discriminatorSteps=5"]),
    ])
  }
}
