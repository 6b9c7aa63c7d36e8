import Components
import Foundation
import Metrics

@testable import Studies

/// A study of named variants; all but the baseline have one component of that name.
func study(variants: [String], seeds: Int, rounds: Int = 100) -> StudySpecification {
  StudySpecification(
    problem: "ring",
    variants: variants.map { name in
      name == "baseline" ? .baseline : Variant(label: name, components: [StoredComponent(name: name)])
    },
    seeds: (1...seeds).map(UInt64.init), rounds: rounds, batchSize: 8)
}

/// The measures of known modes, as ``KnownModeCoverage`` describes them.
let modeMeasures = [
  Measure(name: "covered-modes", metric: "mode-coverage", goal: .higher, display: MetricDisplay("modes", unit: .count, best: 8)),
  Measure(name: "modes-by-share", metric: "mode-coverage", goal: .higher, display: MetricDisplay("modes by share", unit: .count)),
  Measure(
    name: "quality", metric: "mode-coverage", goal: .higher, display: MetricDisplay("quality", unit: .percent, digits: 1, best: 1),
    isPrimary: true),
  Measure(name: "reverse-kl", metric: "mode-coverage", goal: .lower, display: MetricDisplay("reverse KL", digits: 3), isPrimary: true),
]

/// An evaluation that has such values.
func evaluation(step: Int, modes: Int, quality: Double, kl: Double?) -> Evaluation {
  let values = [Double(modes), Double(modes), quality, kl]
  return Evaluation(step: step, values: zip(modeMeasures, values).map { Evaluation.Value($0.name, $1) })
}

/// A finished trial that covers so many modes.
func finished(modes: Int, quality: Double = 1, kl: Double? = 0, seconds: Double = 0.001) -> TrialOutcome {
  .finished(
    TrialResult(
      variant: "", seed: 0, step: 100, measures: modeMeasures,
      evaluations: [
        evaluation(step: 50, modes: 0, quality: 0, kl: nil), evaluation(step: 100, modes: modes, quality: quality, kl: kl),
      ], secondsPerRound: seconds))
}

/// Runs `body` with a new folder that is removed afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "/studies-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

/// The error that `body` throws, as text; empty where it throws none.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)"
  }
}
