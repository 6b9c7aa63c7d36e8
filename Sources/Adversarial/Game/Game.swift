import Components
import Networks
import Tensors

/// Any players with differentiable losses over their parameters. A GAN is one; so are the games whose answers are known.
///
/// A game is a set of pure functions: its players' losses depend on the state, the round's batch and the round's random streams alone.
public protocol Game: Sendable {
  /// The players, in the order in which they are listed and stored.
  var players: [Player] { get }

  /// All tensors that the game starts from: each player's parameters under `player/params/`, its buffers under `player/buffers/`.
  func initialState() throws -> Parameters

  /// What `player` minimizes, at the round's current parameters and batch: a scalar.
  func loss(of player: Player, in round: Round) throws -> Tensor

  /// The optimizer of `player`.
  func optimizer(for player: Player) throws -> any Optimizer

  /// The tricks that apply, in order.
  var heuristics: [any Heuristic] { get }

  /// Runs the network of `player` on a batch in the given round; a game without networks throws.
  func network(of player: Player) throws -> Network
}
