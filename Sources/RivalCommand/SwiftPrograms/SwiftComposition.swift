import Rival

/// A composition as the builder takes it, in lines.
enum SwiftComposition {
  /// The expression of a composition, its first line without indentation: `GAN(latent: .normal(16)) {` and what follows.
  ///
  /// - Throws: what ``SwiftComponent/text(_:)`` throws.
  static func lines(_ composition: any Composition) throws -> [String] {
    switch composition {
    case let gan as GAN: try lines(gan)
    case let game as NetworkGame: try lines(game)
    default: [try SwiftComponent.text(composition)]
    }
  }

  /// What must be set behind the expression, with `NAME` for its name; empty for most.
  static func settings(_ composition: any Composition) -> [String] {
    (composition as? GAN)?.drawsClassesEvenly == true ? ["NAME.drawsClassesEvenly = true"] : []
  }

  private static func lines(_ gan: GAN) throws -> [String] {
    var lines = ["GAN(latent: \(latent(gan.latent))) {"]
    lines += try block("Generator", gan.generator) + block("Discriminator", gan.discriminator)
    if let loss = gan.loss { lines.append("  " + (try SwiftComponent.text(loss))) }
    let optimizers = try gan.optimizers.map { try (SwiftComponent.text($0.optimizer), $0.player) }
    if optimizers.count == 2, optimizers[0].0 == optimizers[1].0 {
      lines.append("  " + optimizers[0].0)
    } else {
      lines += optimizers.map { "  \($0.0).for(\(player($0.1)))" }
    }
    lines += try shared(gan)
    return lines + ["}"]
  }

  private static func lines(_ game: NetworkGame) throws -> [String] {
    var lines = ["NetworkGame" + (game.latent.map { "(latent: \(latent($0)))" } ?? "") + " {"]
    for network in game.networks {
      let given = network.conditions.isEmpty ? "" : ", given: [\(network.conditions.map(field).joined(separator: ", "))]"
      let input = try network.input == .samples ? ".samples" : SwiftValue.text(network.input)
      lines += try block("NamedNetwork(\(SwiftValue.quoted(network.name)), from: \(input)\(given))", network.layers)
    }
    for side in game.sides {
      let names = side.networks.map(SwiftValue.quoted).joined(separator: ", ")
      let judges = side.isJudge == (side.player == .discriminator) ? "" : ", isJudge: \(side.isJudge)"
      lines.append("  Side(\(player(side.player)), moves: \(names), by: \(try SwiftComponent.text(side.optimizer))\(judges))")
    }
    if let objective = game.objective { lines.append("  " + (try SwiftComponent.text(objective))) }
    lines += try shared(game)
    return lines + ["}"]
  }

  /// What any game ends with.
  private static func shared(_ composition: any Composition) throws -> [String] {
    let parts: [any Component] = (composition.updateRule.map { [$0] } ?? []) + composition.heuristics + composition.diagnostics
    return try parts.map { "  " + (try SwiftComponent.text($0)) }
  }

  /// A network with its layers, each in a line; layers in layers are indented further.
  private static func block(_ head: String, _ layers: Sequential) throws -> [String] {
    try indented(
      ["\(head) {"]
        + layers.layers.flatMap { placed in
          if let inner = placed.layer as? Sequential { return try block("Sequential", inner) }
          if let composite = placed.layer as? any CompositeLayer { return try stacks(composite) }
          return ["  " + (try SwiftComponent.text(placed.layer))]
        } + ["}"])
  }

  /// A layer of stacks: its fields, its first stack, and the others that are not empty behind their labels.
  private static func stacks(_ layer: any CompositeLayer) throws -> [String] {
    let names = layer.stacks.map(\.key)
    let fields = try SwiftComponent.changedFields(of: layer).filter { !names.contains($0.name) }.map { "\($0.name): \($0.text)" }
    let head = "\(type(of: layer))" + (fields.isEmpty ? "" : "(\(fields.joined(separator: ", ")))")
    var lines: [String] = []
    for (index, stack) in layer.stacks.enumerated() where index == 0 || !stack.value.layers.isEmpty {
      let part = try block(index == 0 ? head : "", stack.value)
      if index > 0 { lines[lines.count - 1] += " \(stack.key): {" }
      lines += index == 0 ? part : Array(part.dropFirst())
    }
    return lines
  }

  private static func latent(_ latent: Latent) -> String { ".\(latent.distribution.rawValue)(\(latent.size))" }

  private static func player(_ player: Player) -> String {
    [.generator, .discriminator].contains(player) ? ".\(player.name)" : "Player(\(SwiftValue.quoted(player.name)))"
  }

  private static func field(_ field: Field) -> String {
    let name = SwiftValue.quoted(field.name)
    return field.classCount.map { "Field(\(name), classes: \($0))" } ?? "Field(\(name), shape: \(field.shape))"
  }

  static func indented(_ lines: [String]) -> [String] { lines.map { $0.isEmpty ? "" : "  " + $0 } }
}
