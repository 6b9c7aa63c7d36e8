import Components
import Networks

/// One change of a composition: what a variant of a comparison or an option of a command asks for.
public enum CompositionChange: Sendable {
  /// A part. One of what a composition has one of (loss, objective, update rule, an optimizer for all players) replaces the old one, a heuristic
  /// follows the others, and a layer goes in front of the discriminator's last one.
  case part(any Component)
  /// A heuristic in the place of the one of its name.
  case replacement(any Heuristic)
  /// No heuristic of this name.
  case removal(String)
  /// The optimizer of one player.
  case optimizer(any Optimizer, of: Player)
  /// The layers of one network.
  case layers(Sequential, of: String)
  /// How many numbers a latent vector has, at least 1.
  case latentSize(Int)

  /// Throws where two of the changes replace the same part.
  static func checkSingles(_ changes: [CompositionChange]) throws {
    var seen: Set<String> = []
    for case .part(let part) in changes {
      guard let role = role(of: part), !seen.insert(role).inserted else { continue }
      throw CompositionError("'\(part.name)' is a second \(role); a composition has one")
    }
  }

  /// What a composition has one of, in words; `nil` for parts of which it may have several.
  private static func role(of part: any Component) -> String? {
    switch part {
    case is any Loss: "loss"
    case is any Objective: "objective"
    case is any UpdateRule: "update rule"
    case is any Optimizer: "optimizer"
    default: nil
    }
  }
}

extension [any Heuristic] {
  /// Replaces the first heuristic of the same name.
  mutating func replace(with part: any Heuristic) throws {
    guard let index = firstIndex(where: { $0.name == part.name }) else { throw missing(part.name) }
    self[index] = part
  }

  /// Removes the first heuristic of this name.
  mutating func remove(named name: String) throws {
    guard let index = firstIndex(where: { $0.name == name }) else { throw missing(name) }
    remove(at: index)
  }

  private func missing(_ name: String) -> CompositionError {
    CompositionError(
      "there is no heuristic '\(name)' in the composition; it has \(isEmpty ? "none" : map(\.name).joined(separator: ", "))")
  }
}

extension Composition {
  /// Refuses any change.
  public func changed(by changes: [CompositionChange]) throws -> Self {
    guard changes.isEmpty else {
      throw CompositionError(
        "'\(name)' takes no parts from outside; give it changed(by:), or write the change where the composition is made")
    }
    return self
  }
}

extension Sequential {
  /// Puts a layer in front of the last one.
  mutating func insertBeforeLast(_ layer: any Layer) {
    layers.insert(PlacedLayer(layer), at: max(layers.count - 1, 0))
  }
}
