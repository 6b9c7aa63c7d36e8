import Components
import Networks

extension GAN {
  /// The composition with other or further parts.
  ///
  /// - Throws: `CompositionError` where there are two of what a composition has one of, or a component is no part of a GAN.
  public func changed(by changes: [CompositionChange]) throws -> GAN {
    try CompositionChange.checkSingles(changes)
    var result = self
    for change in changes {
      switch change {
      case .part(let part): try result.apply(part)
      case .replacement(let part): try result.heuristics.replace(with: part)
      case .removal(let name): try result.heuristics.remove(named: name)
      case .optimizer(let optimizer, let player): try result.setOptimizer(optimizer, of: player)
      case .latentSize(let size): result.latent.size = size
      case .layers(let layers, "generator"): result.generator = layers
      case .layers(let layers, "discriminator"): result.discriminator = layers
      case .layers(_, let name): throw CompositionError("a GAN has a generator and a discriminator, but no network '\(name)'")
      }
    }
    return result
  }

  private mutating func setOptimizer(_ optimizer: any Optimizer, of player: Player) throws {
    guard player == .generator || player == .discriminator else {
      throw CompositionError("a GAN has a generator and a discriminator, but no player '\(player)'")
    }
    optimizers.removeAll { $0.player == player }
    optimizers.append(optimizer.for(player))
    optimizers.sort { $0.player == .generator && $1.player != .generator }
  }

  private mutating func apply(_ part: any Component) throws {
    if let part = part as? any Loss {
      loss = part
    } else if let part = part as? any Optimizer {
      optimizers = [part.for(.generator), part.for(.discriminator)]
    } else if let part = part as? any UpdateRule {
      updateRule = part
    } else if let part = part as? any Heuristic {
      heuristics.append(part)
    } else if let part = part as? any Layer {
      discriminator.insertBeforeLast(part)
    } else if let part = part as? any Observer {
      diagnostics.removeAll { $0.name == part.name }
      diagnostics.append(part)
    } else {
      throw CompositionError(
        "'\(part.name)' is no part of a GAN; its parts are a loss, optimizers, an update rule, heuristics, layers and callbacks")
    }
  }
}
