import Components
import Foundation
import Networks

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

/// A finished trial that covers so many modes.
func finished(modes: Int, quality: Double = 1, kl: Double? = 0, seconds: Double = 0.001) -> TrialOutcome {
  .finished(
    TrialResult(
      variant: "", seed: 0, step: 100,
      evaluations: [
        Evaluation(step: 50, coveredModes: 0, sharedModes: 0, highQualityFraction: 0),
        Evaluation(step: 100, coveredModes: modes, sharedModes: modes, highQualityFraction: quality, reverseKL: kl),
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
