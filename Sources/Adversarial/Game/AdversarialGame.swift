import Components
import Networks
import Tensors

/// A GAN whose networks are built for data of known fields: the game that is played.
public struct AdversarialGame: Game {
  public let gan: GAN
  public let generator: Network
  public let discriminator: Network
  /// The generator, the discriminator, and what parts bring, in the order of the parts.
  public let networks: [Network]
  /// What a sample of the data consists of.
  public let fields: [Field]
  /// Which networks each player moves.
  private let owned: [Player: [String]]

  public var players: [Player] { [.generator, .discriminator] }
  public var heuristics: [any Heuristic] { gan.heuristics }
  public var latent: Latent? { gan.latent }

  /// Builds the networks.
  ///
  /// - Throws: `CompositionError` for parts that do not fit together, `LayerError` for a layer that does not take its input, and
  ///   `NetworkError` where the generator does not make samples of the data's shape or a part's network does not fit.
  public init(_ gan: GAN, fields: [Field], seed: UInt64) throws {
    try gan.validated()
    guard let samples = fields.first else { throw NetworkError("the data has no fields; it needs at least the samples") }
    self.gan = gan
    self.fields = fields
    let key = Key(seed: seed).derived("init")
    let conditions = Array(fields.dropFirst())
    generator = try Network(name: "generator", layers: gan.generator, inputShape: [gan.latent.size], fields: conditions, key: key)
    guard generator.outputShape == Shape(samples.shape) else {
      throw NetworkError(
        "the generator makes samples of shape \(generator.outputShape), but the data's samples have shape \(Shape(samples.shape)); change its last layers"
      )
    }
    discriminator = try Network(
      name: "discriminator", layers: gan.discriminator, inputShape: Shape(samples.shape), fields: conditions, key: key)
    var networks = [generator, discriminator]
    var owned = [Player.generator: ["generator"], .discriminator: ["discriminator"]]
    for part in gan.partNetworks {
      try StatePath.check(name: part.name, of: "a network")
      guard !networks.contains(where: { $0.name == part.name }) else {
        throw NetworkError("two networks are called '\(part.name)'; the part that brings the second one needs another name for it")
      }
      guard owned[part.player] != nil else {
        throw NetworkError("'\(part.name)' is to be trained with '\(part.player)', but a GAN has a generator and a discriminator")
      }
      let shape = try part.input.inputShape(fields: fields, latent: gan.latent, built: networks)
      networks.append(try Network(name: part.name, layers: part.layers, inputShape: shape, fields: conditions, key: key))
      owned[part.player, default: []].append(part.name)
    }
    self.networks = networks
    self.owned = owned
  }

  public func reseeded(_ seed: UInt64) throws -> (any Game)? { try AdversarialGame(gan, fields: fields, seed: seed) }

  public func networks(of player: Player) -> [String] { owned[player] ?? [] }

  public func optimizer(for player: Player) throws -> any Optimizer {
    guard let optimizer = gan.optimizer(for: player) else { throw NetworkError("'\(player)' has no optimizer") }
    return optimizer
  }

  public func loss(of player: Player, in round: Round) throws -> Tensor {
    guard let loss = gan.loss else { throw NetworkError("the GAN has no loss") }
    switch player {
    case .generator: return try round.keepingState(of: loss) { try generatorLoss(loss, round) }
    case .discriminator: return try round.keepingState(of: loss) { try discriminatorLoss(loss, round) }
    default: throw NetworkError("a GAN has a generator and a discriminator, but no '\(player)'")
    }
  }

  private func discriminatorLoss(_ loss: any Loss, _ round: Round) throws -> Tensor {
    let latents = try round.latents()
    let (realConditions, fakeConditions) = (round.batch, round.drawnConditions(evenly: gan.drawsClassesEvenly))
    let samples = Images(
      try round.network("generator", latents.tensor, given: fakeConditions, call: "samples", updatesBuffers: true).output.stoppingGradient)
    let real = try round.seen(round.real, as: .real)
    let fake = try round.seen(samples, as: .fake)
    // Two batches, not one: batch norm keeps real and generated samples apart.
    let realOutput = try round.network("discriminator", real.tensor, given: realConditions, call: "real", updatesBuffers: true)
    let fakeOutput = try round.network("discriminator", fake.tensor, given: fakeConditions, call: "fake", updatesBuffers: true)
    var targets = Targets(
      real: .ones(realOutput.output.shape, dtype: realOutput.output.dtype),
      fake: .zeros(fakeOutput.output.shape, dtype: fakeOutput.output.dtype))
    if loss.usesTargets { targets = try round.told(targets) }
    let evaluation = DiscriminatorEvaluation(
      real: real, fake: fake, realLogits: Logits(realOutput.output), fakeLogits: Logits(fakeOutput.output), realTaps: realOutput.taps,
      fakeTaps: fakeOutput.taps, targets: targets, realConditions: realConditions, fakeConditions: fakeConditions)
    var total = try loss.discriminatorLoss(evaluation, in: round)
    for term in try round.discriminatorTerms(evaluation) { total += term }
    round.record("discriminator.real", evaluation.realLogits.tensor.mean())
    round.record("discriminator.fake", evaluation.fakeLogits.tensor.mean())
    return total
  }

  private func generatorLoss(_ loss: any Loss, _ round: Round) throws -> Tensor {
    let latents = try round.latents()
    let conditions = round.drawnConditions(evenly: gan.drawsClassesEvenly)
    let samples = Images(
      try round.network("generator", latents.tensor, given: conditions, call: "samples", updatesBuffers: true).output)
    let fake = try round.seen(samples, as: .fake)
    let output = try round.network("discriminator", fake.tensor, given: conditions, call: "fake", updatesBuffers: true)
    let batch = round.batch
    let evaluation = GeneratorEvaluation(
      latents: latents, samples: samples, fake: fake, fakeLogits: Logits(output.output), fakeTaps: output.taps,
      fakeConditions: conditions, realConditions: batch,
      real: {
        let real = try round.seen(Images(batch.entries[0].tensor), as: .real)
        let output = try round.network("discriminator", real.tensor, given: batch, call: "real")
        return (real, Logits(output.output), output.taps)
      })
    var total = Tensor.zeros([], dtype: output.output.dtype)
    if !gan.heuristics.contains(where: \.replacesGeneratorLoss) { total = try loss.generatorLoss(evaluation, in: round) }
    for term in try round.generatorTerms(evaluation) { total += term }
    return total
  }
}
