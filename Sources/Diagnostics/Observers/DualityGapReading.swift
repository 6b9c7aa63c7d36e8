import Adversarial
import Components
import Networks

/// How much either player could still gain on its own loss while the other stays: the gap that an independent search finds.
///
/// It is a lower bound up to its noise: a longer search finds more. Answers are sought on training data and judged on held-out data.
public struct DualityGapReading: Diagnostic {
  public static let name = "duality-gap"
  public static let summary = "What each player could still gain on its own loss, by an independent search: 0 at a Nash equilibrium."
  public static let equation = "gap = sum over players of L_i(w) - min over w_i' of L_i(w_i', w_-i)"
  public static let reference = "Nikaido and Isoda 1955; Grnarova et al. 2019, equation 2"

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// Steps of each search; 200 by default.
  public var steps: Int = 200
  /// Batches that answers are sought on, and as many that they are judged on; 4 by default.
  public var draws: Int = 4

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
    let result = try NikaidoIsoda(run.run, draws: draws, settings: settings)
    return [Reading("gap", result.total.value), Reading("gap.error", result.total.standardError)]
      + result.gains.map { Reading("\($0.player).gain", $0.gain.value) }
  }
}
