import Adversarial
import Components

/// The optimizer of one player, as files keep it.
public struct StoredPlayerOptimizer: Codable, Sendable, Hashable {
  /// The player's name, such as `generator`.
  public var player: String
  /// The optimizer with all fields.
  public var optimizer: StoredComponent

  /// Creates the optimizer of a player.
  public init(_ optimizer: StoredComponent, of player: String) {
    self.player = player
    self.optimizer = optimizer
  }
}

extension Variant {
  /// What the variant changes of a composition: its components in order, and then the optimizers of single players.
  ///
  /// - Throws: `ComponentError` where the registry lacks a component; ``StudyError`` where a player's optimizer is none.
  public func changes(_ registry: Registry) throws -> [CompositionChange] {
    try components.map { .part(try registry.component($0)) }
      + optimizers.map { entry in
        guard let optimizer = try registry.component(entry.optimizer) as? any Optimizer else {
          throw StudyError("'\(entry.optimizer.name)@\(entry.player)' is no optimizer, and nothing else belongs to a single player")
        }
        return .optimizer(optimizer, of: Player(entry.player))
      }
  }
}
