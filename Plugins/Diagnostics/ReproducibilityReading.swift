import Adversarial
import Components
import Diagnostics
import Networks
import Reports
import Tensors

/// Whether the run repeats from here on: resumed after each of several rounds, and with diagnostics looking, it must arrive at the same bytes.
///
/// It plays copies of the run; the run itself stays where it is.
public struct ReproducibilityReading: Diagnostic {
  public static let name = "reproducibility"
  public static let summary =
    "Plays the next rounds again, resumed after each of them and with diagnostics looking, and compares the bytes."
  public static let reference = "Grain's test of iterators: save before every element, restore each, compare the whole tail"
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint",
    "rounds": "How many rounds are played, and resumed after; 7 by default",
  ]

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// How many rounds are played, and resumed after; 7 by default.
  public var rounds: Int = 7

  /// How many points the run was resumed at, and from how many of them it arrived at the same bytes.
  public static let points = column("points")
  public static let identical = column("identical")
  /// 1 where diagnostics change nothing, 0 where they do.
  public static let neutral = column("neutral")

  public init() {}

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(rounds, in: 1...1_000, "rounds", of: name)
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    let (start, first, last) = (run.state, run.step, run.step + rounds)
    let straight = try run.copy()
    var states = [start]
    for _ in 0..<rounds {
      if let failure = try straight.advance() { throw DiagnosticsError("the run goes on for fewer than \(rounds) rounds: it \(failure)") }
      states.append(straight.state)
    }
    let resumed = try run.copy()
    var identical = 0
    for stop in 0..<rounds {
      try resumed.restore(state: states[stop], step: first + stop, history: History())
      try resumed.run(until: last)
      if try Self.areEqual(resumed.state, states[rounds]) { identical += 1 }
    }
    let watched = try run.copy()
    watched.diagnostics = [DiscriminatorOutputs(every: 1), GradientSignals(every: 2), ParameterProjections(every: 1)]
    try watched.run(until: last)
    return [
      Reading(Self.points, Double(rounds)), Reading(Self.identical, Double(identical)),
      Reading(Self.neutral, try Self.areEqual(watched.state, states[rounds]) ? 1 : 0),
    ]
  }

  private static func areEqual(_ first: Parameters, _ second: Parameters) throws -> Bool {
    guard first.paths == second.paths else { return false }
    return try zip(first.tensors, second.tensors).allSatisfy { left, right in
      try left.withBytes { a in try right.withBytes { b in a.elementsEqual(b) } }
    }
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let points = record.latest(Self.points), let identical = record.latest(Self.identical), let neutral = record.latest(Self.neutral)
    else { return [] }
    let isSound = points == identical && neutral == 1
    return [
      ReadingLine(
        name, isSound ? .fine : .alarm,
        "Resumed at \(Phrase.number(points)) points: \(identical == points ? "bit-identical" : "\(Phrase.number(points - identical)) differ"); "
          + "diagnostics on and off: \(neutral == 1 ? "identical" : "they differ")"
          + (isSound ? "." : ". A component keeps something outside of the state; 'rival plugins' lists the components."))
    ]
  }

  /// Either a run repeats or it does not: there is nothing to draw.
  public func plots(of record: RunRecord) -> [any Plot] { [] }
}
