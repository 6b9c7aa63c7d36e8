import Components
import Networks
import Tensors

/// One network of a ``NetworkGame``: its name, what it takes, and its layers.
public struct NamedNetwork: Sendable {
  /// Unique in the game, in kebab case.
  public var name: String
  /// What it takes; from it follows the shape of its input.
  public var input: NetworkInput
  /// What its layers may ask for beside the data's fields, handed over by the objective.
  public var conditions: [Field]
  public var layers: Sequential

  public init(
    _ name: String, from input: NetworkInput, given conditions: [Field] = [], @LayerBuilder _ layers: () -> [PlacedLayer]
  ) {
    self.init(name, from: input, given: conditions, layers: Sequential(layers))
  }

  public init(_ name: String, from input: NetworkInput, given conditions: [Field] = [], layers: Sequential) {
    self.name = name
    self.input = input
    self.conditions = conditions
    self.layers = layers
  }
}

/// One player of a ``NetworkGame``: which networks it moves, and by which optimizer.
public struct Side: Sendable {
  public var player: Player
  /// The names of the networks whose parameters it moves, at least one; no network belongs to two players.
  public var networks: [String]
  public var optimizer: any Optimizer
  /// Whether it judges what others make, so that an alternating rule lets it move first, and several times.
  public var isJudge: Bool

  public init(_ player: Player, moves networks: [String], by optimizer: any Optimizer, isJudge: Bool? = nil) {
    self.player = player
    self.networks = networks
    self.optimizer = optimizer
    self.isJudge = isJudge ?? (player == .discriminator)
  }

  public init(_ player: Player, moves networks: String..., by optimizer: any Optimizer, isJudge: Bool? = nil) {
    self.init(player, moves: networks, by: optimizer, isJudge: isJudge)
  }
}

/// A game of any networks and players as a composition: encoders beside generators, several judges, two domains.
///
/// ```swift
/// let autoencoder = NetworkGame(latent: .normal(2)) {
///   NamedNetwork("encoder", from: .samples) { Dense(32); ReLU(); Dense(2) }
///   NamedNetwork("generator", from: .latents) { Dense(32); ReLU(); Dense(2) }
///   NamedNetwork("discriminator", from: .latents) { Dense(32); ReLU(); Dense(1) }
///   Side(.generator, moves: "encoder", "generator", by: Adam())
///   Side(.discriminator, moves: "discriminator", by: Adam())
///   AdversarialAutoencoding()
///   AlternatingUpdates()
/// }
/// ```
///
/// A network that no player moves keeps its initial values. Heuristics' hooks on gradients, weights and updates apply to every player; those on
/// samples, targets and loss terms apply where the objective calls them (``Round/seen(_:as:)``, ``Round/discriminatorTerms(_:)``, …).
public struct NetworkGame: Composition {
  public static let name = "game"
  public static let summary = "Named networks, players that move them, and an objective that says what each player wants."
  public static let fieldDescriptions = [
    "heuristics": "The heuristics, in the order in which they apply",
    "networks": "The networks, each with its name, input and layers",
    "sides": "The players, each with its networks, objective and optimizer, in the order in which they are listed",
  ]

  /// The distribution of the latent vectors; `nil` for a game without.
  public var latent: Latent?
  /// In the order in which they are built and stored.
  public var networks: [NamedNetwork]
  /// In the order in which they are listed; an update rule may follow it.
  public var sides: [Side]
  public var objective: (any Objective)?
  public var updateRule: (any UpdateRule)?
  public var heuristics: [any Heuristic]
  public var diagnostics: [any Observer]
  /// Parts that were given more than once; a composition has one of each.
  var duplicates: [String] = []

  /// A composition without parts, which lacks all that it needs.
  public init() { self.init(parts: []) }

  public init(latent: Latent? = nil, @NetworkGameBuilder _ parts: () -> [NetworkGamePart]) {
    self.init(latent: latent, parts: parts())
  }

  public init(latent: Latent? = nil, parts: [NetworkGamePart]) {
    self.latent = latent
    (networks, sides, heuristics, diagnostics) = ([], [], [], [])
    for part in parts {
      switch part {
      case .network(let part): networks.append(part)
      case .side(let part): sides.append(part)
      case .objective(let part):
        if objective != nil { duplicates.append("objective") }
        objective = part
      case .updateRule(let part):
        if updateRule != nil { duplicates.append("update rule") }
        updateRule = part
      case .heuristic(let part): heuristics.append(part)
      case .diagnostic(let part): diagnostics.append(part)
      }
    }
  }

  public func replacing(diagnostics: [any Observer]) -> NetworkGame {
    var result = self
    result.diagnostics = diagnostics
    return result
  }

  public var components: [any Component] {
    let layers = networks.flatMap { $0.layers.layers.map(\.layer) }
    let single: [any Component] = (objective.map { [$0] } ?? []) + (updateRule.map { [$0] } ?? [])
    return layers + heuristics + sides.map(\.optimizer) + single
  }

  public var lossKind: LossKind? { objective?.lossKind }

  public func game(fields: [Field], seed: UInt64) throws -> any Game { try BuiltNetworkGame(self, fields: fields, seed: seed) }
}

/// A ``NetworkGame`` whose networks are built for data of known fields.
public struct BuiltNetworkGame: Game {
  public let composition: NetworkGame
  public let networks: [Network]
  public let sampleConditions: [Field]
  /// What a sample of the data consists of.
  public let fields: [Field]
  private let objective: any Objective

  /// Builds the networks.
  ///
  /// - Throws: `CompositionError`, `LayerError` or `NetworkError` where the parts do not fit together or do not fit the data.
  public init(_ composition: NetworkGame, fields: [Field], seed: UInt64) throws {
    try composition.validated()
    guard let objective = composition.objective else { throw NetworkError("the game has no objective") }
    self.composition = composition
    self.fields = fields
    self.objective = objective
    let key = Key(seed: seed).derived("init")
    var networks: [Network] = []
    for part in composition.networks {
      let shape: Shape
      do {
        shape = try part.input.inputShape(fields: fields, latent: composition.latent, built: networks)
      } catch let error as NetworkError {
        throw NetworkError("the network '\(part.name)' cannot be built: \(error)")
      }
      networks.append(try Network(name: part.name, layers: part.layers, inputShape: shape, fields: fields + part.conditions, key: key))
    }
    self.networks = networks
    var asked = networks.first { $0.name == "generator" }?.conditions ?? []
    for name in objective.sampleConditions where !asked.contains(where: { $0.name == name }) {
      guard let field = fields.first(where: { $0.name == name }) else {
        throw NetworkError(
          "\(objective.name) makes samples from '\(name)', but the data has \(fields.map(\.description).joined(separator: ", "))")
      }
      asked.append(field)
    }
    sampleConditions = asked
  }

  public var players: [Player] { composition.sides.map(\.player) }
  public var judges: [Player] { composition.sides.filter(\.isJudge).map(\.player) }
  public var heuristics: [any Heuristic] { composition.heuristics }
  public var latent: Latent? { composition.latent }

  public func reseeded(_ seed: UInt64) throws -> (any Game)? { try BuiltNetworkGame(composition, fields: fields, seed: seed) }

  public func networks(of player: Player) -> [String] { composition.sides.first { $0.player == player }?.networks ?? [] }

  public func optimizer(for player: Player) throws -> any Optimizer {
    guard let side = composition.sides.first(where: { $0.player == player }) else { throw NetworkError("there is no player '\(player)'") }
    return side.optimizer
  }

  public func loss(of player: Player, in round: Round) throws -> Tensor {
    try round.keepingState(of: objective) { try objective.loss(of: player, in: round) }
  }

  public func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images {
    try objective.generated(from: latents, given: conditions, in: round)
  }

  public func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits {
    try objective.judged(images, given: conditions, in: round)
  }
}
