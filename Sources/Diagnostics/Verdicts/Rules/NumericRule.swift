import Adversarial

/// A number that is not finite: `numeric`.
enum NumericRule {
  static func findings(_ record: RunRecord) -> [Finding] {
    guard let failure = record.failure else { return [] }
    let origin = failure.origin.map { "; it began with \($0)" } ?? ""
    return [
      Finding(
        .numeric, confidence: 1,
        evidence: [Evidence(failure.record, failure.value, "must be finite; round \(failure.step)\(origin)")],
        advice: record.fitting([
          Advice("Bound the discriminator's slope.", components: ["r1-penalty", "spectral-normalization"]),
          Advice("Bound the gradient.", components: ["gradient-clipping"]),
          Advice("Halve both learning rates and go on from the last checkpoint."),
        ]))
    ]
  }
}
