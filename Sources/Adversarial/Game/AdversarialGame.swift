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
    let seenShape = gan.heuristics.reduce(Shape(samples.shape)) { $1.seenShape($0) }
    discriminator = try Network(name: "discriminator", layers: gan.discriminator, inputShape: seenShape, fields: conditions, key: key)
    guard seenShape == Shape(samples.shape) || discriminator.conditions.isEmpty else {
      throw NetworkError(
        "the discriminator sees several samples as one, of shape \(seenShape), and cannot be told '\(discriminator.conditions[0].name)' of each; "
          + "leave out the layers that ask for it, or packing")
    }
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

  /// As the losses get it. A discriminator that sees several samples as one sees each beside those that follow it.
  public func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits {
    var seen = images
    let together = discriminator.inputShape.elementCount / max(generator.outputShape.elementCount, 1)
    if together > 1 {
      let count = images.tensor.shape[0]
      let rows = (0..<count).flatMap { first in (0..<together).map { Int32((first + $0) % count) } }
      seen = round.joined(Images(images.tensor.gathered(Tensor(int32: rows))))
    }
    let output = try round.network("discriminator", seen.tensor, given: conditions, call: "diagnostics").output
    return try round.heard(Logits(output), of: seen, as: .fake)
  }

  /// What the discriminator says of images, as the losses get it, and the features on the way.
  private func judge(_ images: Images, _ role: SampleRole, given conditions: Batch, _ round: Round, updatesBuffers: Bool = true) throws
    -> (logits: Logits, taps: [Tap])
  {
    let output = try round.network(
      "discriminator", images.tensor, given: conditions, call: role.rawValue, updatesBuffers: updatesBuffers)
    return (try round.heard(Logits(output.output), of: images, as: role), output.taps)
  }

  private func discriminatorLoss(_ loss: any Loss, _ round: Round) throws -> Tensor {
    let (realConditions, fakeConditions) = (round.batch, round.drawnConditions(evenly: gan.drawsClassesEvenly))
    let latents = try round.improved(round.latents(), given: fakeConditions)
    let samples = Images(
      try round.network("generator", latents.tensor, given: fakeConditions, call: "samples", updatesBuffers: true).output.stoppingGradient)
    let real = try round.seen(round.real, as: .real)
    let fake = try round.seen(samples, as: .fake)
    // Two batches, not one: batch norm keeps real and generated samples apart.
    let (realLogits, realTaps) = try judge(real, .real, given: realConditions, round)
    let (fakeLogits, fakeTaps) = try judge(fake, .fake, given: fakeConditions, round)
    var targets = Targets(
      real: .ones(realLogits.tensor.shape, dtype: realLogits.tensor.dtype),
      fake: .zeros(fakeLogits.tensor.shape, dtype: fakeLogits.tensor.dtype))
    if loss.usesTargets { targets = try round.told(targets) }
    let evaluation = DiscriminatorEvaluation(
      real: real, fake: fake, realLogits: realLogits, fakeLogits: fakeLogits, realTaps: realTaps, fakeTaps: fakeTaps, targets: targets,
      realConditions: realConditions, fakeConditions: fakeConditions, latents: latents)
    var total = try loss.discriminatorLoss(evaluation, in: round)
    for term in try round.discriminatorTerms(evaluation) { total += term }
    round.record("discriminator.real", evaluation.realLogits.tensor.mean())
    round.record("discriminator.fake", evaluation.fakeLogits.tensor.mean())
    return total
  }

  private func generatorLoss(_ loss: any Loss, _ round: Round) throws -> Tensor {
    let conditions = round.drawnConditions(evenly: gan.drawsClassesEvenly)
    let drawnLatents = try round.latents()
    let latents = try round.improved(drawnLatents, given: conditions)
    let samples = Images(
      try round.network("generator", latents.tensor, given: conditions, call: "samples", updatesBuffers: true).output)
    let fake = try round.seen(samples, as: .fake)
    let (fakeLogits, fakeTaps) = try judge(fake, .fake, given: conditions, round)
    let batch = round.batch
    let evaluation = GeneratorEvaluation(
      latents: latents, samples: samples, fake: fake, fakeLogits: fakeLogits, fakeTaps: fakeTaps,
      fakeConditions: conditions, realConditions: batch, drawnLatents: drawnLatents,
      real: {
        let real = try round.seen(Images(batch.entries[0].tensor), as: .real)
        let (logits, taps) = try judge(real, .real, given: batch, round, updatesBuffers: false)
        return (real, logits, taps)
      })
    var total = Tensor.zeros([], dtype: fakeLogits.tensor.dtype)
    if !gan.heuristics.contains(where: \.replacesGeneratorLoss) { total = try loss.generatorLoss(evaluation, in: round) }
    for term in try round.generatorTerms(evaluation) { total += term }
    return total
  }
}
