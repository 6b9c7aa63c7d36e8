import Adversarial

/// A number that is not finite: `numeric`.
///
/// There is no threshold: one NaN is enough, since it never goes away and everything that is computed from it is worthless.
enum NumericRule {
  static func findings(_ record: RunRecord) -> [Finding] {
    guard let evidence = failure(record) ?? parameters(record) else { return [] }
    return [
      Finding(
        .numeric, confidence: 1, evidence: [evidence],
        advice: record.fitting([
          Advice("Bound the discriminator's slope.", components: ["r1-penalty", "spectral-normalization"]),
          Advice("Bound the gradient.", components: ["gradient-clipping"]),
          Advice("Go back to the last good state with smaller steps, by itself.", components: ["rollback"]),
          Advice("Halve both learning rates and go on from the last checkpoint."),
        ]))
    ]
  }

  /// The recorded number that ended the run.
  private static func failure(_ record: RunRecord) -> Evidence? {
    record.failure.map { failure in
      let origin = failure.origin.map { "; it began with \($0)" } ?? ""
      return Evidence(failure.record, failure.value, "must be finite; round \(failure.step)\(origin)")
    }
  }

  /// A player's parameters while all losses are finite: a rectifier may turn NaN into zero, and the run goes on with dead units.
  private static func parameters(_ record: RunRecord) -> Evidence? {
    let name = ParameterProjections.name
    guard let table = record.observations[name] else { return nil }
    for column in table.names where column.hasSuffix(".norm") {
      // A run that has gone back to a good state is sound again.
      guard let values = table[column], let last = values.last, !last.isFinite else { continue }
      let row = values.lastIndex(where: \.isFinite).map { $0 + 1 } ?? 0
      return Evidence(
        "\(name).\(column)", values[row], "must be finite; seen first in round \(table.steps[row]), although every loss is finite")
    }
    return nil
  }
}
