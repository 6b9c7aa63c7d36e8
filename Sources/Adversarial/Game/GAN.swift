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
/// It is a description: nothing is built until a ``Trainer`` (or ``game(sampleShape:seed:)``) knows the data's shape.
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
public struct GAN: Sendable {
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
  /// Parts that were given more than once; a composition has one of each.
  var duplicates: [String] = []

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

  /// The layers of `player`.
  public func layers(of player: Player) -> Sequential {
    player == .generator ? generator : discriminator
  }
}

/// One part of a composition.
public enum GANPart: Sendable {
  case generator(Generator)
  case discriminator(Discriminator)
  case loss(any Loss)
  case optimizer(any Optimizer, Player?)
  case updateRule(any UpdateRule)
  case heuristic(any Heuristic)
  case diagnostic(any Observer)
}

/// Collects the parts of a ``GAN``. Takes `if`, `else`, `for`, optionals and arrays of heuristics.
@resultBuilder
public enum GANBuilder {
  public static func buildExpression(_ part: Generator) -> [GANPart] { [.generator(part)] }
  public static func buildExpression(_ part: Discriminator) -> [GANPart] { [.discriminator(part)] }
  public static func buildExpression(_ part: any Loss) -> [GANPart] { [.loss(part)] }
  public static func buildExpression(_ part: any Optimizer) -> [GANPart] { [.optimizer(part, nil)] }
  public static func buildExpression(_ part: PlayerOptimizer) -> [GANPart] { [.optimizer(part.optimizer, part.player)] }
  public static func buildExpression(_ part: any UpdateRule) -> [GANPart] { [.updateRule(part)] }
  public static func buildExpression(_ part: any Heuristic) -> [GANPart] { [.heuristic(part)] }
  public static func buildExpression(_ part: any Observer) -> [GANPart] { [.diagnostic(part)] }
  public static func buildExpression(_ parts: [any Observer]) -> [GANPart] { parts.map { .diagnostic($0) } }
  public static func buildExpression(_ parts: [any Heuristic]) -> [GANPart] { parts.map { .heuristic($0) } }
  public static func buildExpression(_ part: (any Heuristic)?) -> [GANPart] { part.map { [.heuristic($0)] } ?? [] }
  @available(
    *, unavailable,
    message: "a GAN holds a Generator, a Discriminator, a loss, optimizers, an update rule, heuristics and diagnostics"
  )
  public static func buildExpression<Other>(_ other: Other) -> [GANPart] { [] }

  public static func buildBlock() -> [GANPart] { [] }
  public static func buildPartialBlock(first: [GANPart]) -> [GANPart] { first }
  public static func buildPartialBlock(accumulated: [GANPart], next: [GANPart]) -> [GANPart] { accumulated + next }
  public static func buildOptional(_ parts: [GANPart]?) -> [GANPart] { parts ?? [] }
  public static func buildEither(first: [GANPart]) -> [GANPart] { first }
  public static func buildEither(second: [GANPart]) -> [GANPart] { second }
  public static func buildArray(_ groups: [[GANPart]]) -> [GANPart] { groups.flatMap { $0 } }
  public static func buildLimitedAvailability(_ parts: [GANPart]) -> [GANPart] { parts }
}
