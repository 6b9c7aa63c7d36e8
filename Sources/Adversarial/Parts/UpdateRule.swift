import Components
import Networks

/// The game's clock: in which order, how often and at which points the players' gradients are taken, and when they move.
///
/// ```swift
/// // Simultaneous gradient descent: both gradients at the same point, then both moves.
/// public func advance(_ round: Round) throws {
///   let gradients = try round.players.map { try round.gradient(of: $0) }
///   for (player, gradient) in zip(round.players, gradients) { try round.update(player, with: gradient) }
/// }
/// ```
public protocol UpdateRule: Component {
  /// How many batches of real samples one round uses.
  var realBatchesPerRound: Int { get }

  /// What speaks against the rule in `gan`: errors refuse it, warnings are shown; nothing by default.
  func review(_ gan: GAN) -> [Notice]

  /// Plays one round. It may take gradients as often as it wants, and set parameters to look at other points.
  func advance(_ round: Round) throws
}

extension UpdateRule {
  public var realBatchesPerRound: Int { 1 }
  public func review(_ gan: GAN) -> [Notice] { [] }

  /// Plays one round, with the schedules of the rule's own fields where the round stands.
  public func play(_ round: Round) throws { try Number.during(round.step) { try advance(round) } }
}
