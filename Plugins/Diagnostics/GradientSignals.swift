import Adversarial
import Components
import Diagnostics
import Networks
import Reports
import Tensors

/// How large gradients and steps are, and how much of a gradient is signal.
///
/// For each player, at the point where the run stands: two gradients on independent batches as the optimizer would see them, their cosine,
/// the simple noise scale B = tr Σ / |G|² (McCandlish et al. 2018, "An Empirical Model of Large-Batch Training", appendix A.1), and the
/// length of the whole round's step beside the length of the parameters.
public struct GradientSignals: Diagnostic {
  public static let name = "gradient-signals"
  public static let summary = "Norms of gradients, parameters and steps; agreement of two batches; the noise scale."
  public static let equation = "|G|^2 = 2 |g_2B|^2 - |g_B|^2;  tr S = 2B (|g_B|^2 - |g_2B|^2);  B_simple = tr S / |G|^2"
  public static let reference = "McCandlish et al. 2018, appendix A.1"
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 1,000 by default. One observation costs about as much as three rounds"
  ]

  /// Rounds between two observations; 1,000 by default. One observation costs about as much as three rounds.
  public var every: Int = 1_000

  public init() {}
  public init(every: Int) { self.every = every }

  public func validateFields() throws { try ObserverFields.check(every: every, of: name) }

  /// The mean length of two batches' gradients, as the optimizer sees them.
  public static func gradient(of player: Player) -> ReadingColumn { column("\(player).gradient") }
  /// The length of the parameters.
  public static func parameters(of player: Player) -> ReadingColumn { column("\(player).parameters") }
  /// The length of a round's step, and by that of the parameters.
  public static func step(of player: Player) -> ReadingColumn { column("\(player).step") }
  public static func stepRatio(of player: Player) -> ReadingColumn { column("\(player).step-ratio") }
  /// The cosine of two batches' gradients.
  public static func agreement(of player: Player) -> ReadingColumn { column("\(player).agreement") }
  /// B_simple, in samples.
  public static func noiseScale(of player: Player) -> ReadingColumn { column("\(player).noise-scale") }

  public func observe(_ run: Observation) throws -> [Reading] {
    let rule = run.updateRule
    let players = run.game.players
    let batches = max(2, rule.realBatchesPerRound)
    let trace = try run.rounds(name, batches: batches) { round, _ in
      let moved = round()
      try rule.play(moved)
      return try players.flatMap { try PlayerSignals.traced($0, in: round(), moved: moved) }
    }
    for batch in 0..<batches { try trace.load(run.realBatch(run.batchSize, part: batch), as: batch) }
    try trace.run()
    return try players.enumerated().flatMap { index, player in
      let numbers = try (0..<PlayerSignals.count).map { try trace.number(index * PlayerSignals.count + $0) }
      return PlayerSignals(numbers).readings(of: player, batchSize: run.batchSize)
    }
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let agreement = record.latest(Self.agreement(of: .generator)), let ratio = record.latest(Self.stepRatio(of: .generator)) else {
      return []
    }
    let scale = record.latest(Self.noiseScale(of: .generator)) ?? .nan
    let text =
      "Two batches' generator gradients agree to \(Phrase.number(agreement)), noise scale \(Phrase.number(scale)) samples; a round moves "
      + "\(Phrase.number(ratio)) of the parameters' length"
    return [
      agreement < 0.1
        ? ReadingLine(name, .note, text + ": mostly noise.", advice: Advice("Try a larger batch.")) : ReadingLine(name, .fine, text + ".")
    ]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    let chart = record.chart(
      "Length of a round's step by that of the parameters",
      [(Self.stepRatio(of: .generator), "generator"), (Self.stepRatio(of: .discriminator), "discriminator")], isYLogarithmic: true)
    return [chart].compactMap { $0 }
  }
}

/// The squared lengths and products that one player's signals are made of.
private struct PlayerSignals {
  /// ‖g₁‖², ‖g₂‖² and ⟨g₁, g₂⟩ of two batches.
  var first, second, product: Double
  /// ‖w‖² and ‖w′ − w‖².
  var parameters, step: Double

  /// How many outputs ``traced(_:in:moved:)`` has.
  static let count = 5

  /// The expressions, in the order of ``init(_:)``.
  static func traced(_ player: Player, in round: Round, moved: Round) throws -> [Tensor] {
    let first = try round.gradient(of: player, batch: 0).tensors
    let second = try round.gradient(of: player, batch: 1).tensors
    let weights = round.parameters(of: player).tensors
    let step = zip(moved.parameters(of: player).tensors, weights).map { $0 - $1 }
    return [product(first, first), product(second, second), product(first, second), product(weights, weights), product(step, step)]
  }

  init(_ numbers: [Double]) {
    (first, second, product, parameters, step) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
  }

  func readings(of player: Player, batchSize: Int) -> [Reading] {
    let single = (first + second) / 2
    let double = (first + second + 2 * product) / 4
    let signal = 2 * double - single
    let noise = 2 * Double(batchSize) * (single - double)
    let lengths = first.squareRoot() * second.squareRoot()
    return [
      Reading(GradientSignals.gradient(of: player), single.squareRoot()),
      Reading(GradientSignals.parameters(of: player), parameters.squareRoot()),
      Reading(GradientSignals.step(of: player), step.squareRoot()),
      Reading(GradientSignals.stepRatio(of: player), parameters > 0 ? (step / parameters).squareRoot() : .nan),
      Reading(GradientSignals.agreement(of: player), lengths > 0 ? product / lengths : .nan),
      Reading(GradientSignals.noiseScale(of: player), signal > 0 ? noise / signal : .nan),
    ]
  }

  /// Σ⟨x, y⟩ over pairs of tensors.
  private static func product(_ first: [Tensor], _ second: [Tensor]) -> Tensor {
    zip(first, second).reduce(Tensor(0)) { $0 + ($1.0 * $1.1).sum() }
  }
}
