import Adversarial
import Components
import Diagnostics
import Foundation
import Metrics

/// What the parameters' traces say: not finite, cycling, diverging.
extension ParameterProjections {
  public func findings(in record: RunRecord) -> [Finding] {
    [notFinite(record), diverging(record), cycling(record)].compactMap { $0 }
  }

  /// The projections' oscillations in the last part of the run, each with the rounds between two values.
  func oscillations(_ record: RunRecord) -> [(oscillation: Oscillation, cadence: Double)] {
    record.columns(of: name).filter { $0.reading.contains(".projection-") }.compactMap { column in
      let series = record.recent(column, share: 0.6)
      guard series.values.count >= 24, let first = series.steps.first, let last = series.steps.last,
        let oscillation = try? Oscillation(series.values)
      else { return nil }
      return (oscillation, Double(last - first) / Double(series.steps.count - 1))
    }
  }

  /// The columns of the norms.
  private func norms(_ record: RunRecord) -> [ReadingColumn] { record.columns(of: name).filter { $0.reading.hasSuffix(".norm") } }

  /// A player's parameters while all losses are finite: a rectifier may turn NaN into zero, and the run goes on with dead units.
  private func notFinite(_ record: RunRecord) -> Finding? {
    guard record.failure == nil, let table = record.observations[name] else { return nil }
    for column in norms(record) {
      // A run that has gone back to a good state is sound again.
      guard let values = table[column.reading], let last = values.last, !last.isFinite else { continue }
      let row = values.lastIndex(where: \.isFinite).map { $0 + 1 } ?? 0
      return NumericRule.finding(
        in: record,
        Evidence("\(column)", values[row], "must be finite; seen first in round \(table.steps[row]), although every loss is finite"))
    }
    return nil
  }

  private func cycling(_ record: RunRecord) -> Finding? {
    let all = oscillations(record)
    let lasting = all.filter { $0.oscillation.fate == .sustained || $0.oscillation.fate == .growing }
    guard let strongest = lasting.max(by: { $0.oscillation.fisherG < $1.oscillation.fisherG }) else { return nil }
    let period = strongest.oscillation.period * strongest.cadence
    // A rotation shows in every projection with one period; a coincidence does not.
    let agreeing = lasting.filter { abs($0.oscillation.period * $0.cadence / period - 1) < 0.15 }
    guard agreeing.count * 2 > all.count, strongest.oscillation.fisherG > 0.3 else { return nil }
    let confidence = Statistics.mean(agreeing.map(\.oscillation.confidence)) * Double(agreeing.count) / Double(all.count)
    return Finding(
      .cycling, confidence: confidence,
      evidence: [
        Evidence("period", period, "rounds for a turn, in \(agreeing.count) of \(all.count) projections of the parameters"),
        Evidence("growth-per-turn", strongest.oscillation.growthPerTurn, "1 is a cycle; below 0.97 the turning dies out"),
        Evidence("fisher-g", strongest.oscillation.fisherG, "one frequency's share in the power, above 0.3"),
      ],
      advice: record.fitting([
        Advice("Damp the rotation.", components: ["r1-penalty"]),
        Advice("Let the players move in turn.", components: ["alternating"]),
        Advice("Average the generator over the turns.", components: ["exponential-moving-average"]),
        Advice("Take smaller steps: halve the learning rates."),
      ]))
  }

  /// The norms of each player's parameters, and of all of them together: while players turn around each other, each by itself comes and goes.
  private func recentNorms(_ record: RunRecord) -> [(name: String, steps: [Int], values: [Double])] {
    let all = norms(record).map { column in
      let series = record.recent(column, share: 0.6)
      return (name: "\(column)", steps: series.steps, values: series.values)
    }
    guard all.count > 1, let steps = all.first?.steps, all.allSatisfy({ $0.steps == steps }) else { return all }
    let together = steps.indices.map { row in all.reduce(0) { $0 + $1.values[row] * $1.values[row] }.squareRoot() }
    return [(name: "\(name).norm", steps: steps, values: together)] + all
  }

  /// A norm that grows by an equal factor in equal times, or faster.
  ///
  /// Weights without a penalty drift: under a bounded step (Adam's) a norm grows at most like the time itself, which is 2.5 times in the last
  /// 60 % of a run. Only two doublings or more are a divergence: with fewer, an equal factor in equal times cannot be told from a drift.
  private func diverging(_ record: RunRecord) -> Finding? {
    var best: (name: String, growth: Growth, total: Double)?
    for series in recentNorms(record) {
      let name = series.name
      guard series.values.count >= 12, series.values.allSatisfy({ $0 > 0 }), let growth = try? Growth(series.values, steps: series.steps),
        let first = series.values.first, let last = series.values.last
      else { continue }
      let total = last / first
      // A power law grows by less and less: the second half's factor falls short of the first's.
      guard growth.shape == .exponentialGrowth, total > 4, growth.lateRate > 0.8 * growth.earlyRate else { continue }
      if best.map({ total > $0.total }) ?? true { best = (name, growth, total) }
    }
    guard let best, let doubling = best.growth.doublingTime else { return nil }
    return Finding(
      .diverging, confidence: 1 - best.growth.trend.pValue,
      evidence: [
        Evidence(best.name, best.total, "times larger than 60 % of the run ago, above 4, by an equal factor in equal times"),
        Evidence("doubling-time", doubling, "rounds"),
      ],
      advice: record.fitting([
        Advice("Penalize or bound the discriminator's slope.", components: ["r1-penalty", "gradient-penalty", "spectral-normalization"]),
        Advice("Bound the steps.", components: ["gradient-clipping"]),
        Advice("Let the players move in turn.", components: ["alternating"]),
        Advice("Halve the learning rates and go back to an earlier checkpoint."),
      ]))
  }
}
