import Components
import Networks

/// A game as files keep it: networks and sides with all their parts by name, so that a registry can make it again.
extension NetworkGame {
  private enum CodingKeys: String, CodingKey { case latent, networks, sides, objective, updateRule, heuristics, diagnostics }

  private struct StoredNetwork: Codable {
    var name: String
    var input: NetworkInput
    var conditions: [Field]
    var layers: Sequential
  }

  private struct StoredSide: Codable {
    var player: String
    var networks: [String]
    var optimizer: StoredComponent
    var isJudge: Bool
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(latent, forKey: .latent)
    try container.encode(
      networks.map { StoredNetwork(name: $0.name, input: $0.input, conditions: $0.conditions, layers: $0.layers) }, forKey: .networks)
    try container.encode(
      sides.map {
        StoredSide(player: $0.player.name, networks: $0.networks, optimizer: try StoredComponent($0.optimizer), isJudge: $0.isJudge)
      }, forKey: .sides)
    try container.encodeIfPresent(objective.map { try StoredComponent($0) }, forKey: .objective)
    try container.encodeIfPresent(updateRule.map { try StoredComponent($0) }, forKey: .updateRule)
    try container.encode(heuristics.map { try StoredComponent($0) }, forKey: .heuristics)
    if !diagnostics.isEmpty { try container.encode(diagnostics.map { try StoredComponent($0) }, forKey: .diagnostics) }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(latent: try container.decodeIfPresent(Latent.self, forKey: .latent), parts: [])
    networks = try container.decode([StoredNetwork].self, forKey: .networks).map {
      NamedNetwork($0.name, from: $0.input, given: $0.conditions, layers: $0.layers)
    }
    sides = try container.decode([StoredSide].self, forKey: .sides).map {
      Side(
        Player($0.player), moves: $0.networks, by: try $0.optimizer.part((any Optimizer).self, as: "an optimizer", in: decoder),
        isJudge: $0.isJudge)
    }
    objective = try container.decodeIfPresent(StoredComponent.self, forKey: .objective).map {
      try $0.part((any Objective).self, as: "an objective", in: decoder)
    }
    updateRule = try container.decodeIfPresent(StoredComponent.self, forKey: .updateRule).map {
      try $0.part((any UpdateRule).self, as: "an update rule", in: decoder)
    }
    heuristics = try container.decode([StoredComponent].self, forKey: .heuristics).map {
      try $0.part((any Heuristic).self, as: "a heuristic", in: decoder)
    }
    diagnostics = try (container.decodeIfPresent([StoredComponent].self, forKey: .diagnostics) ?? []).map {
      try $0.part((any Observer).self, as: "a diagnostic", in: decoder)
    }
  }
}
