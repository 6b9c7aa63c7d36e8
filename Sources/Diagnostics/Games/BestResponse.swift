import Adversarial
import Components
import Metrics
import Networks
import Tensors

/// How hard an adversary searches for a better answer.
public struct AdversarySettings: Sendable {
  /// Steps of Adam from each start, at least 1.
  public var steps = 200
  /// The first step's size; it falls linearly to 0.
  public var learningRate = 1e-3
  /// The standard deviation of the noise that is added to a perturbed start. A search that begins exactly at a stationary point does not
  /// move, however far that is from an equilibrium (Sidheekh et al. 2021, section 4).
  public var perturbation = 1e-3
  /// Searches that begin at the player's parameters with noise, beside the one that begins at the parameters themselves.
  public var perturbedStarts = 1
  /// Whether one more search begins at freshly initialized parameters: an adversary that owes nothing to training. GANs only.
  public var startsFresh = false
  /// How often in a search the objective is taken on all batches to keep the best place; with a single batch it is at every step.
  public var checks = 20
  /// The seed of the noise and of fresh parameters.
  public var seed: UInt64 = 0
  /// Maps a player's flat parameters into the set that it may choose from, after every step: a box, a simplex, clipped weights.
  public var constraint: (@Sendable (_ player: Player, _ parameters: [Double]) -> [Double])?

  public init() {}

  /// Settings with the given length and step size.
  public init(
    steps: Int, learningRate: Double, perturbation: Double = 1e-3, perturbedStarts: Int = 1, startsFresh: Bool = false, checks: Int = 20,
    seed: UInt64 = 0, constraint: (@Sendable (_ player: Player, _ parameters: [Double]) -> [Double])? = nil
  ) {
    self.steps = steps
    self.learningRate = learningRate
    self.perturbation = perturbation
    self.perturbedStarts = perturbedStarts
    self.startsFresh = startsFresh
    self.checks = checks
    self.seed = seed
    self.constraint = constraint
  }

  func validated() throws {
    guard steps >= 1, learningRate > 0, perturbation >= 0, perturbedStarts >= 0, checks >= 1 else {
      throw DiagnosticsError(
        "an adversary needs at least one step and check, a positive learning rate and no negative noise; it has \(steps) steps, \(checks) checks, rate \(learningRate), perturbation \(perturbation), \(perturbedStarts) perturbed starts"
      )
    }
  }
}

/// The best answer that one player finds while the others stand still.
///
/// It is sought on some batches and judged on others, so that an answer to one batch's chance does not count.
final class BestResponse {
  /// What a player minimizes here.
  enum Objective {
    /// Its own loss.
    case ownLoss
    /// Its side of the zero-sum game whose value is what the last player maximizes: minus the last player's loss.
    case value
  }

  let player: Player
  /// The player's parameters as they are.
  let point: [Double]
  private let function: RoundFunction
  private let settings: AdversarySettings
  private let frozen: FrozenRound

  init(_ frozen: FrozenRound, _ player: Player, _ objective: Objective, _ settings: AdversarySettings) throws {
    try settings.validated()
    guard let last = frozen.players.last else { throw DiagnosticsError("the game has no players") }
    let layout = VectorLayout(frozen.game.parameters(of: player, in: frozen.state))
    guard layout.size > 0 else { throw DiagnosticsError("the \(player) has no parameters to answer with") }
    self.player = player
    self.settings = settings
    self.frozen = frozen
    point = try layout.vector(of: frozen.state)
    function = try RoundFunction(frozen, over: layout, vectors: 0) { round, variables, _ in
      let isValue = objective == .value && player != last
      let loss = try round().loss(of: objective == .value ? last : player).converted(to: .float64)
      let objective = isValue ? -loss : loss
      // The last player's loss takes the others for constants; here it is they who move.
      return [objective] + gradient(of: objective, at: variables, followingStops: isValue)
    }
  }

  /// The objective at a point, draw by draw.
  func values(at point: [Double], on draws: [FrozenRound]) throws -> [Double] {
    try function.move(to: point)
    return try draws.map { draw in
      try function.draw(as: draw)
      return try function()[0]
    }
  }

  /// Seeks the point with the least mean objective on `draws`, from every start of the settings.
  func found(on draws: [FrozenRound]) throws -> [Double] {
    var best = point
    var least = Statistics.mean(try values(at: point, on: draws))
    for start in try starts() {
      let (value, place) = try descend(from: start, draws)
      if value < least { (least, best) = (value, place) }
    }
    return best
  }

  private func starts() throws -> [[Double]] {
    let key = Key(seed: settings.seed).derived("adversary").derived(player.name)
    var result = [point]
    for number in 0..<(settings.perturbation > 0 ? settings.perturbedStarts : 0) {
      let noise = try randomNormal([point.count], key: key.derived(number), dtype: .float64).doubles()
      result.append(constrained(zip(point, noise).map { $0 + settings.perturbation * $1 }))
    }
    if settings.startsFresh, let game = try frozen.game.reseeded(key.derived("fresh").value) {
      result.append(try game.parameters(of: player, in: game.initialState()).tensors.flatMap { try $0.doubles() })
    }
    return result
  }

  private func descend(from start: [Double], _ draws: [FrozenRound]) throws -> (value: Double, point: [Double]) {
    var place = start
    var descent = Descent(size: place.count)
    var best = (value: Double.infinity, point: start)
    let interval = max(1, settings.steps / settings.checks)
    if draws.count == 1 { try function.draw(as: draws[0]) }
    for step in 0...settings.steps {
      if draws.count > 1 {
        if step % interval == 0 || step == settings.steps {
          let value = Statistics.mean(try values(at: place, on: draws))
          guard value.isFinite else { break }
          if value < best.value { best = (value, place) }
        }
        try function.draw(as: draws[step % draws.count])
      }
      try function.move(to: place)
      let result = try function()
      guard result.allSatisfy(\.isFinite) else { break }
      if draws.count == 1, result[0] < best.value { best = (result[0], place) }
      guard step < settings.steps else { break }
      let rate = settings.learningRate * (1 - Double(step) / Double(settings.steps))
      descent.move(&place, against: result.dropFirst(), rate: rate)
      place = constrained(place)
    }
    return best
  }

  private func constrained(_ point: [Double]) -> [Double] { settings.constraint?(player, point) ?? point }
}
