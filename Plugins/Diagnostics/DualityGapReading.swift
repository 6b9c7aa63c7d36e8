import Adversarial
import Components
import Diagnostics
import Networks
import Reports

/// How much either player could still gain on its own loss while the other stays: the gap that an independent search finds.
///
/// It is a lower bound up to its noise: a longer search finds more. Answers are sought on training data and judged on held-out data.
public struct DualityGapReading: Diagnostic {
  public static let name = "duality-gap"
  public static let summary = "What each player could still gain on its own loss, by an independent search: 0 at a Nash equilibrium."
  public static let equation = "gap = sum over players of L_i(w) - min over w_i' of L_i(w_i', w_-i)"
  public static let reference = "Nikaido and Isoda 1955; Grnarova et al. 2019, equation 2"
  public static let fieldDescriptions = [
    "draws": "Batches that answers are sought on, and as many that they are judged on; 4 by default",
    "every": "Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint",
    "steps": "Steps of each search; 200 by default",
  ]

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// Steps of each search; 200 by default.
  public var steps: Int = 200
  /// Batches that answers are sought on, and as many that they are judged on; 4 by default.
  public var draws: Int = 4

  /// The sum of both gains, and its standard error over the batches.
  public static let gap = column("gap")
  public static let gapError = column("gap.error")
  /// What one player could gain.
  public static func gain(of player: Player) -> ReadingColumn { column("\(player).gain") }

  public init() {}
  public init(every: Int, steps: Int = 200, draws: Int = 4) {
    self.every = every
    self.steps = steps
    self.draws = draws
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(steps, in: 1...1_000_000, "steps", of: name)
    try ObserverFields.check(draws, in: 2...10_000, "draws", of: name)
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    var settings = AdversarySettings()
    settings.steps = steps
    settings.seed = run.seed
    let result = try NikaidoIsoda(run, draws: draws, settings: settings)
    return [Reading(Self.gap, result.total.value), Reading(Self.gapError, result.total.standardError)]
      + result.gains.map { Reading(Self.gain(of: $0.player), $0.gain.value) }
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let gap = record.latest(Self.gap) else { return [] }
    let error = record.latest(Self.gapError).map { " ± \(Phrase.number($0))" } ?? ""
    guard gap > 0 else {
      return [
        ReadingLine(
          name, .fine,
          "Nikaido–Isoda gap \(Phrase.number(gap))\(error): the answers that were found do not hold on other samples; ask with more draws "
            + "or fewer steps, such as --only duality-gap:draws=16,steps=50.")
      ]
    }
    func gain(_ player: Player) -> String { Phrase.number(record.latest(Self.gain(of: player)) ?? .nan) }
    return [
      ReadingLine(
        name, gap > 0.1 ? .note : .fine,
        "Nikaido–Isoda gap ≥ \(Phrase.number(gap))\(error): the discriminator alone could gain \(gain(.discriminator)), "
          + "the generator alone \(gain(.generator)) (a lower bound).")
    ]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    let chart = record.chart(
      "What each player could still gain", [(Self.gain(of: .generator), "generator"), (Self.gain(of: .discriminator), "discriminator")],
      references: [.init(value: 0, label: "Nash")])
    return [chart].compactMap { $0 }
  }
}
