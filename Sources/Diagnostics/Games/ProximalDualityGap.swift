import Adversarial
import Components
import Metrics
import Networks
import Tensors

/// A duality gap that vanishes at the equilibria that GANs can have: max M(u, v′) − min over u′ of Mᵏ(u′, v) with
/// Mᵏ(u, v) = max over ṽ of M(u, ṽ) − λ‖ṽ − v‖² (Farnia and Ozdaglar 2020, equation 9; Sidheekh et al. 2021).
///
/// λ → ∞ gives ``DualityGap``, λ → 0 the distance of M1 from the minimax value, so that a Stackelberg point counts as solved. The
/// distance is the Euclidean one of the parameters.
public struct ProximalDualityGap: Sendable {
  /// λ.
  public let weight: Double
  /// M1 = max over v′ of M(u, v′).
  public let minimaxLoss: DrawnEstimate
  /// min over u′ of Mᵏ(u′, v).
  public let proximalLoss: DrawnEstimate
  /// Their difference, batch by batch.
  public let gap: DrawnEstimate

  /// - Parameters:
  ///   - weight: λ, positive.
  ///   - proximalSteps: steps that ṽ takes for each step of u′, at least 1.
  ///   - finding: the batches on which the answers are sought; the frozen round's own by default.
  ///   - evaluation: the batches on which they are judged.
  /// - Throws: `DiagnosticsError` for a game without two players or a weight that is not positive.
  public init(
    _ frozen: FrozenRound, weight: Double = 0.1, proximalSteps: Int = 10, finding: [FrozenRound] = [], evaluation: [FrozenRound] = [],
    settings: AdversarySettings = AdversarySettings()
  ) throws {
    let (_, last) = try frozen.twoPlayers()
    guard weight > 0, proximalSteps >= 1 else {
      throw DiagnosticsError("the proximal weight \(weight) and the number of steps \(proximalSteps) must be positive")
    }
    let finding = finding.isEmpty ? [frozen] : finding
    let evaluation = evaluation.isEmpty ? [frozen] : evaluation
    let maximizer = try BestResponse(frozen, last, .value, settings)
    let upper = try maximizer.values(at: maximizer.found(on: finding), on: evaluation).map { -$0 }
    let lower = try ProximalSearch(frozen, weight, proximalSteps, settings).values(finding, evaluation)
    self.weight = weight
    minimaxLoss = DrawnEstimate(upper)
    proximalLoss = DrawnEstimate(lower)
    gap = DrawnEstimate(zip(upper, lower).map { $0 - $1 })
  }
}

/// The search for min over u′ of max over ṽ of M(u′, ṽ) − λ‖ṽ − v‖². By the envelope theorem the outer slope is that of M at the inner
/// answer.
private struct ProximalSearch {
  private let function: RoundFunction
  private let blocks: (first: VectorField.Block, last: VectorField.Block)
  private let start: [Double]
  private let weight: Double
  private let proximalSteps: Int
  private let settings: AdversarySettings

  init(_ frozen: FrozenRound, _ weight: Double, _ proximalSteps: Int, _ settings: AdversarySettings) throws {
    try settings.validated()
    let (first, last) = try frozen.twoPlayers()
    var variables = frozen.game.parameters(of: first, in: frozen.state)
    let size = variables.elementCount
    variables.merge(frozen.game.parameters(of: last, in: frozen.state))
    let layout = VectorLayout(variables)
    start = try layout.vector(of: frozen.state)
    blocks = (
      VectorField.Block(player: first, range: 0..<size, rate: 1), VectorField.Block(player: last, range: size..<layout.size, rate: 1)
    )
    function = try RoundFunction(frozen, over: layout, vectors: 0) { round, variables, _ in
      let value = -(try round().loss(of: last).converted(to: .float64))
      return [value] + gradient(of: value, at: variables, followingStops: true)
    }
    self.weight = weight
    self.proximalSteps = proximalSteps
    self.settings = settings
  }

  /// Mᵏ at the best u′ that was found, draw by draw.
  func values(_ finding: [FrozenRound], _ evaluation: [FrozenRound]) throws -> [Double] {
    let noise = try randomNormal([start.count], key: Key(seed: settings.seed).derived("proximal"), dtype: .float64).doubles()
    var candidates = [start]
    var origins = [start]
    if settings.perturbation > 0 { origins.append(zip(start, noise).map { $0 + settings.perturbation * $1 }) }
    for origin in origins { candidates.append(try descend(from: origin, finding)) }
    var best: (value: Double, point: [Double])?
    for candidate in candidates {
      let answered = try answer(to: candidate, finding, steps: settings.steps)
      let value = Statistics.mean(try finding.map { try penalized(answered, on: $0) })
      if value.isFinite, value < best?.value ?? .infinity { best = (value, answered) }
    }
    let point = best?.point ?? start
    return try evaluation.map { try penalized(point, on: $0) }
  }

  private func penalized(_ point: [Double], on draw: FrozenRound) throws -> Double {
    try function.draw(as: draw)
    try function.move(to: point)
    let distance = blocks.last.range.reduce(0) { $0 + (point[$1] - start[$1]) * (point[$1] - start[$1]) }
    return try function()[0] - weight * distance
  }

  /// u′ moves downhill, ṽ several steps uphill before each.
  private func descend(from origin: [Double], _ draws: [FrozenRound]) throws -> [Double] {
    var point = origin
    var (outer, inner) = (Descent(size: blocks.first.range.count), Descent(size: blocks.last.range.count))
    for step in 0..<settings.steps {
      try function.draw(as: draws[step % draws.count])
      let rate = settings.learningRate * (1 - Double(step) / Double(settings.steps))
      for _ in 0..<proximalSteps { try climb(&point, &inner, rate: rate) }
      try function.move(to: point)
      var own = Array(point[blocks.first.range])
      try outer.move(&own, against: function()[1...][(1 + blocks.first.range.lowerBound)...].prefix(own.count), rate: rate)
      point.replaceSubrange(blocks.first.range, with: settings.constraint?(blocks.first.player, own) ?? own)
    }
    return point
  }

  /// ṽ's answer to the u′ of `point`.
  private func answer(to point: [Double], _ draws: [FrozenRound], steps: Int) throws -> [Double] {
    var point = point
    var descent = Descent(size: blocks.last.range.count)
    for step in 0..<steps {
      try function.draw(as: draws[step % draws.count])
      try climb(&point, &descent, rate: settings.learningRate * (1 - Double(step) / Double(steps)))
    }
    return point
  }

  private func climb(_ point: inout [Double], _ descent: inout Descent, rate: Double) throws {
    try function.move(to: point)
    let result = try function()
    let range = blocks.last.range
    var own = Array(point[range])
    let slope = range.map { 2 * weight * (point[$0] - start[$0]) - result[1 + $0] }
    descent.move(&own, against: slope[...], rate: rate)
    point.replaceSubrange(range, with: settings.constraint?(blocks.last.player, own) ?? own)
  }
}
