import Adversarial
import Components
import Diagnostics

/// A recorded number that is not finite: `numeric`.
///
/// There is no threshold: one NaN is enough, since it never goes away and everything that is computed from it is worthless.
public struct NumericRule: Rule {
  public static let name = "numeric-rule"
  public static let summary = "Finds the number that is not finite and ended the run, and where it began."

  public init() {}

  public func findings(in record: RunRecord) -> [Finding] {
    guard let failure = record.failure else { return [] }
    let origin = failure.origin.map { "; it began with \($0)" } ?? ""
    return [Self.finding(in: record, Evidence(failure.record, failure.value, "must be finite; round \(failure.step)\(origin)"))]
  }

  /// The finding that a number is not finite, whoever saw it.
  static func finding(in record: RunRecord, _ evidence: Evidence) -> Finding {
    Finding(
      .numeric, confidence: 1, evidence: [evidence],
      advice: record.fitting([
        Advice("Bound the discriminator's slope.", components: ["r1-penalty", "spectral-normalization"]),
        Advice("Bound the gradient.", components: ["gradient-clipping"]),
        Advice("Go back to the last good state with smaller steps, by itself.", components: ["rollback"]),
        Advice("Halve both learning rates and go on from the last checkpoint."),
      ]))
  }
}
