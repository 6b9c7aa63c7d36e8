import Rival

/// What came of playing a study again.
struct Reproduction {
  /// One run of both.
  struct Trial {
    var variant: String
    var seed: UInt64
    /// How many values were compared.
    var values: Int
    /// Those that differ: name, step, then and now.
    var differences: [(name: String, step: Int, then: Double?, now: Double?)]
    /// Why nothing could be compared; `nil` where it could.
    var obstacle: String?
  }

  /// The runs, in the study's order.
  private(set) var trials: [Trial] = []

  init(of study: StudySpecification, _ original: StudyDirectory, by outcomes: [TrialOutcome]) throws {
    let whole = try original.specification() ?? study
    for (trial, outcome) in zip(study.trials, outcomes) {
      var entry = Trial(variant: trial.variant.label, seed: trial.seed, values: 0, differences: [])
      switch (try original.result(of: trial, in: whole), outcome.result) {
      case (nil, _): entry.obstacle = "the study has no result of it"
      case (_, nil): entry.obstacle = if case .failed(let reason) = outcome { reason } else { "it was not played to its end" }
      case (let then?, let now?):
        for (before, after) in zip(then.evaluations, now.evaluations) {
          for value in before.values {
            entry.values += 1
            if value.value != after[value.name] { entry.differences.append((value.name, before.step, value.value, after[value.name])) }
          }
        }
        if then.evaluations.count != now.evaluations.count || then.step != now.step {
          entry.obstacle =
            "it ended at round \(now.step) with \(now.evaluations.count) evaluations, then at \(then.step) with \(then.evaluations.count)"
        }
      }
      trials.append(entry)
    }
  }

  /// Whether all runs could be compared and gave the same numbers.
  var isEqual: Bool { trials.allSatisfy { $0.obstacle == nil && $0.differences.isEmpty } }

  /// For people: one sentence, and a line for each run that differs.
  var lines: [String] {
    let values = trials.reduce(0) { $0 + $1.values }
    let equal = trials.count { $0.obstacle == nil && $0.differences.isEmpty }
    if isEqual {
      return [
        "All \(trials.count) runs gave the same numbers: \(NumberText.fixed(Double(values), digits: 0)) values, equal to the last bit."
      ]
    }
    var lines = ["\(equal) of \(trials.count) runs gave the same numbers."]
    for trial in trials where trial.obstacle != nil || !trial.differences.isEmpty {
      var line = "  \(trial.variant), seed \(trial.seed): "
      if let obstacle = trial.obstacle { line += obstacle }
      if let first = trial.differences.first {
        line +=
          "\(trial.obstacle == nil ? "" : "; ")\(trial.differences.count) of \(trial.values) values differ, first \(first.name) at step \(first.step): "
          + "\(first.then.map { "\($0)" } ?? "none") then, \(first.now.map { "\($0)" } ?? "none") now"
      }
      lines.append(line)
    }
    return lines + [
      "The same program, thread count, vector unit and libraries give the same numbers; 'rival inspect' shows them of a checkpoint, and 'rival diff' the first tensor that differs."
    ]
  }

  /// The same for machines.
  var document: JSONValue {
    .object([
      "equal": .bool(isEqual),
      "trials": .array(
        trials.map { trial in
          .object([
            "variant": .string(trial.variant), "seed": .string(String(trial.seed)), "values": .count(trial.values),
            "obstacle": .optional(trial.obstacle),
            "differences": .array(
              trial.differences.map { difference in
                .object([
                  "name": .string(difference.name), "step": .count(difference.step), "then": difference.then.map { .finite($0) } ?? .null,
                  "now": difference.now.map { .finite($0) } ?? .null,
                ])
              }),
          ])
        }),
    ])
  }
}
