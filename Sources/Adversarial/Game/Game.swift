import Networks
import Tensors

/// Any players with differentiable losses over their parameters. A GAN is one; so are the games whose answers are known.
///
/// A game is a set of pure functions: its players' losses depend on the state, the round's batch and the round's random streams alone.
/// A ``Composition`` makes one when the data is known.
public protocol Game: Sendable {
  /// The players, in the order in which they are listed and stored.
  var players: [Player] { get }

  /// The players that judge what others make: an alternating rule lets them move first, and several times. The discriminator by default.
  var judges: [Player] { get }

  /// The networks, in the order in which they are stored; none by default.
  var networks: [Network] { get }

  /// The networks whose parameters `player` moves, in order; by default the one that has its name. A game without networks keeps a player's
  /// parameters under the player's name.
  func networks(of player: Player) -> [String]

  /// All tensors that the game starts from: each network's parameters under `network/params/`, its buffers under `network/buffers/`; by default
  /// those of ``networks``.
  func initialState() throws -> Parameters

  /// What `player` minimizes, at the round's current parameters and batch: a scalar.
  func loss(of player: Player, in round: Round) throws -> Tensor

  /// The optimizer of `player`.
  func optimizer(for player: Player) throws -> any Optimizer

  /// The tricks that apply, in order.
  var heuristics: [any Heuristic] { get }

  /// The distribution that samples are made from; `nil` where none is needed.
  var latent: Latent? { get }

  /// The fields of the data that samples are made for, such as a label; by default those that the network called `generator` asks for.
  var sampleConditions: [Field] { get }

  /// Samples for latent vectors and conditions: what a trained game is used for. The network called `generator` makes them by default.
  func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images

  /// The same game with other initial values; `nil` where there is none.
  func reseeded(_ seed: UInt64) throws -> (any Game)?

  /// What samples are judged to be. The network called `discriminator` says it by default.
  func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits
}

extension Game {
  public var judges: [Player] { players.filter { $0 == .discriminator } }
  public var networks: [Network] { [] }
  public func networks(of player: Player) -> [String] { [player.name] }
  public var heuristics: [any Heuristic] { [] }
  public var latent: Latent? { nil }
  public var sampleConditions: [Field] { networks.first { $0.name == "generator" }?.conditions ?? [] }

  public func reseeded(_ seed: UInt64) throws -> (any Game)? { nil }

  public func initialState() throws -> Parameters {
    var state = Parameters()
    for network in networks {
      let parameters = heuristics.reduce(network.parameters) { $1.initialParameters($0, of: network) }
      state.merge(parameters.prefixed(StatePath.parameters(of: network.name)))
      state.merge(network.state.prefixed(StatePath.buffers(of: network.name)))
    }
    return state
  }

  public func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images {
    Images(try round.network("generator", latents.tensor, given: conditions, call: "evaluation").output)
  }

  public func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits {
    Logits(try round.network("discriminator", images.tensor, given: conditions, call: "diagnostics").output)
  }

  /// The network called `name`.
  ///
  /// - Throws: `NetworkError` that lists the networks where there is none of that name.
  public func network(_ name: String) throws -> Network {
    if let network = networks.first(where: { $0.name == name }) { return network }
    let known = networks.map(\.name).joined(separator: ", ")
    throw NetworkError("the game has no network '\(name)'; it has \(known.isEmpty ? "none" : known)")
  }

  /// The parameters that `player` moves, out of a state and under their paths in it.
  public func parameters(of player: Player, in state: Parameters) -> Parameters {
    let prefixes = networks(of: player).map { StatePath.parameters(of: $0) }
    return Parameters(state.filter { entry in prefixes.contains { entry.path.hasPrefix($0) } }.map { ($0.path, $0.tensor) })
  }

  /// How many numbers the networks have in all.
  public var parameterCount: Int { networks.reduce(0) { $0 + $1.parameters.elementCount } }
}
