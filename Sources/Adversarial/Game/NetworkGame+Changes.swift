import Components
import Networks

extension NetworkGame {
  /// The composition with other or further parts.
  ///
  /// A layer goes into the network called `discriminator`.
  ///
  /// - Throws: `CompositionError` where there are two of what a composition has one of, or something does not belong to this game.
  public func changed(by changes: [CompositionChange]) throws -> NetworkGame {
    try CompositionChange.checkSingles(changes)
    var result = self
    for change in changes {
      switch change {
      case .part(let part): try result.apply(part)
      case .replacement(let part): try result.heuristics.replace(with: part)
      case .removal(let name): try result.heuristics.remove(named: name)
      case .optimizer(let optimizer, let player): try result.setOptimizer(optimizer, of: player)
      case .layers(let layers, let name):
        guard let index = result.networks.firstIndex(where: { $0.name == name }) else {
          throw CompositionError("the game has no network '\(name)'; it has \(result.networks.map(\.name).joined(separator: ", "))")
        }
        result.networks[index].layers = layers
      case .latentSize(let size):
        guard result.latent != nil else { throw CompositionError("the game has no latent vectors, so they have no size; leave it away") }
        result.latent?.size = size
      }
    }
    return result
  }

  private mutating func setOptimizer(_ optimizer: any Optimizer, of player: Player) throws {
    guard let index = sides.firstIndex(where: { $0.player == player }) else {
      throw CompositionError("the game has no player '\(player)'; it has \(sides.map(\.player.name).joined(separator: ", "))")
    }
    sides[index].optimizer = optimizer
  }

  private mutating func apply(_ part: any Component) throws {
    if let part = part as? any Objective {
      objective = part
    } else if let part = part as? any Optimizer {
      for index in sides.indices { sides[index].optimizer = part }
    } else if let part = part as? any UpdateRule {
      updateRule = part
    } else if let part = part as? any Heuristic {
      heuristics.append(part)
    } else if let part = part as? any Layer {
      guard let index = networks.firstIndex(where: { $0.name == "discriminator" }) else {
        throw CompositionError("'\(part.name)' is a layer, but the game has no network called 'discriminator' to put it into")
      }
      networks[index].layers.insertBeforeLast(part)
    } else if let part = part as? any Observer {
      diagnostics.removeAll { $0.name == part.name }
      diagnostics.append(part)
    } else {
      throw CompositionError(
        "'\(part.name)' is no part of this game; its parts are an objective, optimizers, an update rule, heuristics, layers and callbacks")
    }
  }
}
