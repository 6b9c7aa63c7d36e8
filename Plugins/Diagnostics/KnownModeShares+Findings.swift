import Adversarial
import Components
import Diagnostics
import Metrics

/// What the generator covers: collapse and hopping.
extension KnownModeShares {
  public func findings(in record: RunRecord) -> [Finding] { [hopping(record), collapse(record)].compactMap { $0 } }

  /// The shares at each look of the second half of the run, all modes in a row.
  private func shares(_ record: RunRecord, of modes: Int) -> [[Double]] {
    guard let table = record.observations[name] else { return [] }
    let columns = (0..<modes).compactMap { table[Self.share(of: $0).reading] }
    guard columns.count == modes, let rows = columns.first?.count, rows > 0 else { return [] }
    let first = table.steps.firstIndex { Double($0) > 0.5 * Double(record.step) } ?? 0
    return (first..<rows).map { row in columns.map { $0[row] } }
  }

  /// Mass that the generator leaves out, again and again.
  private func collapse(_ record: RunRecord) -> Finding? {
    guard let weights = record.modeWeights, let missing = record.latest(Self.missingMass), let held = record.latest(Self.held),
      let quality = record.latest(Self.highQuality)
    else { return nil }
    let rows = shares(record, of: weights.count)
    let recent = rows.suffix(max(3, rows.count / 2))
    // Modes that held less than a tenth of their weight in each of the last observations.
    let lost = weights.indices.filter { mode in weights[mode] > 0 && recent.allSatisfy { $0[mode] < 0.1 * weights[mode] } }
    let lostMass = lost.reduce(0) { $0 + weights[$1] }
    // A generator that makes nothing well has not collapsed: it has not learnt.
    let qualities = record.recent(Self.highQuality, share: 0.25).values
    guard !lost.isEmpty, lostMass > 0.02, recent.count >= 3, Statistics.median(qualities) > 0.2 else { return nil }
    return Finding(
      .modeCollapse, confidence: min(1, 0.5 + Double(lost.count) / Double(weights.count)),
      evidence: [
        Evidence("\(name).lost", Double(lost.count), "of \(weights.count) modes hold less than a tenth of their weight, again and again"),
        Evidence("\(Self.missingMass)", missing, "of the probability is not where it belongs"),
        Evidence("\(Self.held)", held, "modes are held well; \(Phrase.percent(quality)) of the samples lie in a mode"),
      ], advice: record.fitting(ModeCollapseAdvice.entries))
  }

  /// Most of the mass is in the wrong modes, and in others at every look.
  private func hopping(_ record: RunRecord) -> Finding? {
    guard let weights = record.modeWeights, weights.count > 1 else { return nil }
    let rows = shares(record, of: weights.count)
    guard rows.count >= 6 else { return nil }
    let leaders = rows.map { row in row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 } }
    func distance(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 }
    let moved = zip(rows, rows.dropFirst()).map { distance($0, $1) }
    let misplaced = rows.map { distance($0, weights) }
    let (movement, distance) = (Statistics.median(moved), Statistics.median(misplaced))
    guard movement > 0.3, distance > 0.3, Set(leaders).count >= 3 else { return nil }
    let clear = Double(moved.filter { $0 > 0.3 }.count + misplaced.filter { $0 > 0.3 }.count) / Double(moved.count + misplaced.count)
    return Finding(
      .modeHopping, confidence: clear,
      evidence: [
        Evidence("\(name).movement", movement, "of the mass changes its mode from one observation to the next, above 0.3"),
        Evidence("\(name).misplaced", distance, "of the mass is in the wrong mode, above 0.3"),
        Evidence("\(name).leaders", Double(Set(leaders).count), "modes have been the largest, 3 or more"),
      ],
      advice: record.fitting([
        Advice("Damp the dynamics.", components: ["r1-penalty"]),
        Advice("Let the discriminator see many samples at once.", components: ["minibatch-discrimination"]),
        Advice("Average the generator.", components: ["exponential-moving-average"]),
        Advice("Raise the discriminator's learning rate, or lower the generator's."),
      ]))
  }
}
