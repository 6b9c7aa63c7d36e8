import Adversarial
import Components
import Networks
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

  /// Rounds between two observations; 1,000 by default. One observation costs about as much as three rounds.
  public var every: Int = 1_000

  public init() {}
  public init(every: Int) { self.every = every }

  public func validateFields() throws { try ObserverFields.check(every: every, of: name) }

  public func observe(_ run: Observation) throws -> [Reading] {
    let rule = run.updateRule
    let batchSize = run.batchSize
    let players = run.game.players
    let batches = max(2, rule.realBatchesPerRound)
    let trace = try run.rounds(name, batches: batches) { round, _ in
      let moved = round()
      try rule.advance(moved)
      var outputs: [Tensor] = []
      for player in players {
        let here = round()
        let first = try here.gradient(of: player, batch: 0)
        let second = try here.gradient(of: player, batch: 1)
        let weights = here.parameters(of: player)
        let step = zip(moved.parameters(of: player).tensors, weights.tensors).map { $0 - $1 }
        outputs += [
          squares(first.tensors), squares(second.tensors), products(first.tensors, second.tensors), squares(weights.tensors),
          squares(step),
        ]
      }
      return outputs
    }
    for batch in 0..<batches { try trace.load(run.realBatch(batchSize, part: batch), as: batch) }
    try trace.run()
    var readings: [Reading] = []
    for (index, player) in players.enumerated() {
      let numbers = try (0..<5).map { try trace.number(index * 5 + $0) }
      let (first, second, product) = (numbers[0], numbers[1], numbers[2])
      let single = (first + second) / 2
      let double = (first + second + 2 * product) / 4
      let signal = 2 * double - single
      let noise = 2 * Double(batchSize) * (single - double)
      let lengths = first.squareRoot() * second.squareRoot()
      readings += [
        Reading("\(player).gradient", single.squareRoot()),
        Reading("\(player).parameters", numbers[3].squareRoot()),
        Reading("\(player).step", numbers[4].squareRoot()),
        Reading("\(player).step-ratio", numbers[3] > 0 ? (numbers[4] / numbers[3]).squareRoot() : .nan),
        Reading("\(player).agreement", lengths > 0 ? product / lengths : .nan),
        Reading("\(player).noise-scale", signal > 0 ? noise / signal : .nan),
      ]
    }
    return readings
  }
}

/// Σ‖x‖² over tensors.
private func squares(_ tensors: [Tensor]) -> Tensor { products(tensors, tensors) }

/// Σ⟨x, y⟩ over pairs of tensors.
private func products(_ first: [Tensor], _ second: [Tensor]) -> Tensor {
  zip(first, second).reduce(Tensor(0)) { $0 + ($1.0 * $1.1).sum() }
}
