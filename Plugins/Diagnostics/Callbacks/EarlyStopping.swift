import Adversarial
import Components

/// Ends a run when a recorded value has not become better for some looks.
///
/// ```swift
/// SampleDistance(every: 500)
/// EarlyStopping("sample-distance/sliced-wasserstein", every: 500, patience: 5)
/// ```
///
/// What it looked at is recorded under its name, so that a resumed run ends where one that was never stopped does. Diagnostics look in the order in which they
/// stand, so that it stands behind the one whose value it watches.
public struct EarlyStopping: Observer {
  public static let name = "early-stopping"
  public static let summary = "Ends a run when a recorded value has not become better for some looks."
  public static let fieldDescriptions = [
    "every": "Rounds between two looks; 500 by default",
    "isHighest": "Whether higher values are better; 'false' by default",
    "least": "By how much a value must be better than the best to count, 0 (the default) or more",
    "patience": "How many looks in a row may bring nothing better before the run ends, 1 or more; 5 by default",
    "value":
      """
    What is watched: a column of the history, such as 'generator.loss' (the default), or one of a diagnostic of the run, such as \
    'sample-distance/sliced-wasserstein'
    """,
  ]

  /// Rounds between two looks; 500 by default.
  public var every: Int = 500
  /// What is watched: a column of the history, such as `generator.loss` (the default), or one of a diagnostic of the run, such as
  /// `sample-distance/sliced-wasserstein`.
  public var value: String = "generator.loss"
  /// How many looks in a row may bring nothing better before the run ends, 1 or more; 5 by default.
  public var patience: Int = 5
  /// Whether higher values are better; `false` by default.
  public var isHighest: Bool = false
  /// By how much a value must be better than the best to count, 0 (the default) or more.
  public var least: Double = 0

  /// What was seen at each look.
  public static let seen = column("value")

  public init() {}
  public init(_ value: String, every: Int = 500, patience: Int = 5, isHighest: Bool = false, least: Double = 0) {
    (self.value, self.every, self.patience, self.isHighest, self.least) = (value, every, patience, isHighest, least)
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(patience, in: 1...1_000_000, "patience", of: name)
    guard least >= 0, least.isFinite else {
      throw ComponentError(component: name, field: "least", value: least, expected: "a finite number, 0 or above")
    }
    guard !value.isEmpty else {
      throw ComponentError(component: name, field: "value", value: value, expected: "the name of a recorded value")
    }
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    guard let latest = latest(run) else {
      let names =
        run.history.names + run.observations.names.flatMap { name in (run.observations[name]?.names ?? []).map { "\(name)/\($0)" } }
      throw ComponentError("\(name): nothing is recorded as '\(value)'; there are \(names.joined(separator: ", "))")
    }
    return [Reading(Self.seen, latest)]
  }

  private func latest(_ run: Observation) -> Double? {
    let parts = value.split(separator: "/", maxSplits: 1).map(String.init)
    return parts.count == 2 ? run.observations.latest(parts[0], parts[1]) : run.history[value]?.last
  }

  public func reasonToStop(_ run: Observation) -> String? {
    let (steps, values) = run.observations.series(Self.seen)
    var best: (step: Int, value: Double)?
    var since = 0
    for (step, value) in zip(steps, values) {
      let isBetter = best.map { isHighest ? value > $0.value + least : value < $0.value - least } ?? true
      since = isBetter ? 0 : since + 1
      if isBetter { best = (step, value) }
    }
    guard let best, since >= patience else { return nil }
    return
      "\(value) was best at step \(best.step) (\(Float(best.value))), and \(since == 1 ? "one look has" : "\(since) looks have") brought nothing better"
  }
}
