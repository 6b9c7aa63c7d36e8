import Rival

/// A run that goes wrong (or right) in a known way, for as many seeds as wanted.
struct PlantedPathology: Sendable, CustomStringConvertible {
  /// The row of the confusion table.
  let name: String
  /// What the diagnosis must say first.
  let verdict: ConvergenceVerdict
  /// Trains from a seed and hands back the run as it stands at the end.
  let trained: @Sendable (UInt64) throws -> Trainer

  init(_ name: String, _ verdict: ConvergenceVerdict, trained: @escaping @Sendable (UInt64) throws -> Trainer) {
    self.name = name
    self.verdict = verdict
    self.trained = trained
  }

  var description: String { name }

  /// The diagnosis of the run of a seed.
  func diagnosis(seed: UInt64) throws -> Diagnosis {
    try Diagnosis(RunRecord(trained(seed)))
  }

  /// Every planted pathology, and the clean control.
  static let all: [PlantedPathology] =
    dynamics + modes + discriminators + numbers + controls

  /// A number in `range` that depends on the seed and the name alone.
  static func draw(_ name: String, in range: ClosedRange<Double>, seed: UInt64) -> Double {
    let unit = Double(Key(seed: seed).derived("planted").derived(name).uniform(element: 0))
    return range.lowerBound + unit * (range.upperBound - range.lowerBound)
  }
}
