import Components
import Networks

/// A composition as files keep it: every part by name with its fields, so that a registry can make it again.
extension GAN: Codable {
  private enum CodingKeys: String, CodingKey {
    case latent, generator, discriminator, loss, optimizers, updateRule, heuristics, diagnostics, drawsClassesEvenly
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(latent, forKey: .latent)
    try container.encode(generator, forKey: .generator)
    try container.encode(discriminator, forKey: .discriminator)
    try container.encodeIfPresent(loss.map { try StoredComponent($0) }, forKey: .loss)
    try container.encodeIfPresent(updateRule.map { try StoredComponent($0) }, forKey: .updateRule)
    var players: [String: StoredComponent] = [:]
    for entry in optimizers { players[entry.player.name] = try StoredComponent(entry.optimizer) }
    try container.encode(players, forKey: .optimizers)
    try container.encode(heuristics.map { try StoredComponent($0) }, forKey: .heuristics)
    if drawsClassesEvenly { try container.encode(true, forKey: .drawsClassesEvenly) }
    if !diagnostics.isEmpty { try container.encode(diagnostics.map { try StoredComponent($0) }, forKey: .diagnostics) }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(latent: try container.decode(Latent.self, forKey: .latent), parts: [])
    generator = try container.decode(Sequential.self, forKey: .generator)
    discriminator = try container.decode(Sequential.self, forKey: .discriminator)
    loss = try container.decodeIfPresent(StoredComponent.self, forKey: .loss).map {
      try $0.part((any Loss).self, as: "a loss", in: decoder)
    }
    updateRule = try container.decodeIfPresent(StoredComponent.self, forKey: .updateRule)
      .map { try $0.part((any UpdateRule).self, as: "an update rule", in: decoder) }
    let players = try container.decode([String: StoredComponent].self, forKey: .optimizers)
    for player in [Player.generator, .discriminator] {
      guard let stored = players[player.name] else { continue }
      optimizers.append(
        PlayerOptimizer(optimizer: try stored.part((any Optimizer).self, as: "an optimizer", in: decoder), player: player))
    }
    heuristics = try container.decode([StoredComponent].self, forKey: .heuristics).map {
      try $0.part((any Heuristic).self, as: "a heuristic", in: decoder)
    }
    diagnostics = try (container.decodeIfPresent([StoredComponent].self, forKey: .diagnostics) ?? []).map {
      try $0.part((any Observer).self, as: "a diagnostic", in: decoder)
    }
    drawsClassesEvenly = try container.decodeIfPresent(Bool.self, forKey: .drawsClassesEvenly) ?? false
  }
}
