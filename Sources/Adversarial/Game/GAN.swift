import Components
import Networks
import Tensors

/// The layers of the generator: latent vectors in, samples out.
public struct Generator: Sendable {
  public var layers: [PlacedLayer]
  public init(@LayerBuilder _ layers: () -> [PlacedLayer]) { self.layers = layers() }
}

/// The layers of the discriminator: samples in, logits out.
public struct Discriminator: Sendable {
  public var layers: [PlacedLayer]
  public init(@LayerBuilder _ layers: () -> [PlacedLayer]) { self.layers = layers() }
}

/// A generative adversarial network as a composition: two networks, a loss, optimizers, an update rule and heuristics.
///
/// It is a description: nothing is built until a ``Trainer`` (or ``game(fields:seed:)``) knows the data's shape.
///
/// ```swift
/// let gan = GAN(latent: .normal(16)) {
///   Generator { Dense(128); ReLU(); Dense(2) }
///   Discriminator { Dense(128); LeakyReLU(0.2); Dense(1) }
///   NonSaturatingLoss()
///   Adam(learningRate: 2e-4, beta1: 0.5)
///   AlternatingUpdates(discriminatorSteps: 1)
///   R1Penalty(gamma: 1)
/// }
/// ```
public struct GAN: Composition {
  public static let name = "gan"
  public static let summary = "A generator against a discriminator, with a loss, optimizers, an update rule and heuristics."
  public static let reference = "Goodfellow et al. 2014"
  public static let fieldDescriptions = [
    "discriminator": "The layers of the discriminator",
    "generator": "The layers of the generator",
    "heuristics": "The heuristics, in the order in which they apply",
    "latent": "The distribution of latent vectors, and how many numbers one has",
    "optimizers": "The optimizer of each player",
  ]

  public var latent: Latent
  public var generator: Sequential
  public var discriminator: Sequential
  public var loss: (any Loss)?
  /// The optimizer of each player.
  public var optimizers: [PlayerOptimizer]
  public var updateRule: (any UpdateRule)?
  /// In the order in which they apply.
  public var heuristics: [any Heuristic]
  /// What looks at the training; it changes nothing.
  public var diagnostics: [any Observer]
  /// Whether the classes of generated samples are drawn equally often; by default as often as in the data.
  public var drawsClassesEvenly = false
  /// Parts that were given more than once; a composition has one of each.
  var duplicates: [String] = []

  /// A composition without parts, which lacks all that it needs.
  public init() { self.init(latent: .normal(1), parts: []) }

  public init(latent: Latent, @GANBuilder _ parts: () -> [GANPart]) {
    self.init(latent: latent, parts: parts())
  }

  public init(latent: Latent, parts: [GANPart]) {
    self.latent = latent
    generator = Sequential()
    discriminator = Sequential()
    optimizers = []
    heuristics = []
    diagnostics = []
    var seen: Set<String> = []
    for part in parts {
      switch part {
      case .generator(let part):
        note("Generator", &seen)
        generator = Sequential(part.layers)
      case .discriminator(let part):
        note("Discriminator", &seen)
        discriminator = Sequential(part.layers)
      case .loss(let part):
        note("loss", &seen)
        loss = part
      case .updateRule(let part):
        note("update rule", &seen)
        updateRule = part
      case .optimizer(let part, let player):
        for player in player.map({ [$0] }) ?? [.generator, .discriminator] {
          note("optimizer for the \(player)", &seen)
          optimizers.removeAll { $0.player == player }
          optimizers.append(PlayerOptimizer(optimizer: part, player: player))
          optimizers.sort { $0.player == .generator && $1.player != .generator }
        }
      case .heuristic(let part): heuristics.append(part)
      case .diagnostic(let part):
        note("diagnostic '\(part.name)'", &seen)
        diagnostics.append(part)
      }
    }
  }

  private mutating func note(_ part: String, _ seen: inout Set<String>) {
    if !seen.insert(part).inserted { duplicates.append(part) }
  }

  /// The optimizer of `player`.
  public func optimizer(for player: Player) -> (any Optimizer)? {
    optimizers.first { $0.player == player }?.optimizer
  }

  /// The same composition with more heuristics, after its own.
  public func adding(_ more: [any Heuristic]) -> GAN {
    var result = self
    result.heuristics += more
    return result
  }

  public func replacing(diagnostics: [any Observer]) -> GAN {
    var result = self
    result.diagnostics = diagnostics
    return result
  }

  public func game(fields: [Field], seed: UInt64) throws -> any Game { try AdversarialGame(self, fields: fields, seed: seed) }

  public var components: [any Component] {
    let layers = generator.layers.map(\.layer) + discriminator.layers.map(\.layer)
    let single: [any Component] = (loss.map { [$0] } ?? []) + (updateRule.map { [$0] } ?? [])
    return layers + heuristics + optimizers.map(\.optimizer) + single
  }

  public var lossKind: LossKind? { loss?.kind }

  /// The networks that the loss and the heuristics bring, in order.
  public var partNetworks: [PartNetwork] { (loss?.networks ?? []) + heuristics.flatMap(\.networks) }
}
