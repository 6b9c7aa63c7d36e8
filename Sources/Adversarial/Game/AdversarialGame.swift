import Components
import Networks
import Tensors

/// A GAN whose networks are built for data of a known shape: the game that is played.
public struct AdversarialGame: Game {
  public let gan: GAN
  public let generator: Network
  public let discriminator: Network

  public var players: [Player] { [.generator, .discriminator] }
  public var heuristics: [any Heuristic] { gan.heuristics }

  /// Builds both networks.
  ///
  /// - Throws: `CompositionError` for parts that do not fit together, `LayerError` for a layer that does not take its input, and
  ///   `NetworkError` where the generator does not make samples of the data's shape.
  public init(_ gan: GAN, sampleShape: Shape, seed: UInt64) throws {
    try gan.validated()
    self.gan = gan
    let key = Key(seed: seed).derived("init")
    generator = try Network(name: "generator", layers: gan.generator, inputShape: [gan.latent.size], key: key)
    guard generator.outputShape == sampleShape else {
      throw NetworkError(
        "the generator makes samples of shape \(generator.outputShape), but the data's samples have shape \(sampleShape); change its last layers"
      )
    }
    discriminator = try Network(name: "discriminator", layers: gan.discriminator, inputShape: sampleShape, key: key)
  }

  public func network(of player: Player) throws -> Network {
    switch player {
    case .generator: return generator
    case .discriminator: return discriminator
    default: throw NetworkError("a GAN has a generator and a discriminator, but no '\(player)'")
    }
  }

  public func optimizer(for player: Player) throws -> any Optimizer {
    guard let optimizer = gan.optimizer(for: player) else { throw NetworkError("'\(player)' has no optimizer") }
    return optimizer
  }

  public func initialState() throws -> Parameters {
    var state = Parameters()
    for network in [generator, discriminator] {
      state.merge(network.parameters.prefixed("\(network.name)/params/"))
      state.merge(network.state.prefixed("\(network.name)/buffers/"))
    }
    return state
  }

  public func loss(of player: Player, in round: Round) throws -> Tensor {
    player == .generator ? try generatorLoss(round) : try discriminatorLoss(round)
  }

  private func requiredLoss() throws -> any Loss {
    guard let loss = gan.loss else { throw NetworkError("the GAN has no loss") }
    return loss
  }

  private func latents(_ round: Round) -> Latents {
    gan.latent.drawn(
      count: round.batchSize, key: round.key("latent"), step: round.step, dtype: round.dtype(of: .generator))
  }

  private func discriminatorLoss(_ round: Round) throws -> Tensor {
    let loss = try requiredLoss()
    let latents = latents(round)
    let samples = Images(
      try round.apply(.generator, to: latents.tensor, call: "samples", updatingState: true).output.stoppingGradient)
    let real = try seen(round.real, .real, round)
    let fake = try seen(samples, .fake, round)
    // Two batches, not one: batch norm keeps real and generated samples apart.
    let realOutput = try round.apply(.discriminator, to: real.tensor, call: "real", updatingState: true)
    let fakeOutput = try round.apply(.discriminator, to: fake.tensor, call: "fake", updatingState: true)
    var targets = Targets(
      real: .ones(realOutput.output.shape, dtype: realOutput.output.dtype),
      fake: .zeros(fakeOutput.output.shape, dtype: fakeOutput.output.dtype))
    if loss.usesTargets {
      try round.forEachHeuristic { targets = try $0.targets(targets, in: round) }
    }
    let evaluation = DiscriminatorEvaluation(
      real: real, fake: fake, realLogits: Logits(realOutput.output), fakeLogits: Logits(fakeOutput.output),
      realTaps: realOutput.taps, fakeTaps: fakeOutput.taps, targets: targets)
    var total = loss.discriminatorLoss(real: evaluation.realLogits, fake: evaluation.fakeLogits, targets: targets)
    try round.forEachHeuristic { heuristic in
      if let term = try heuristic.discriminatorTerm(evaluation, in: round) {
        total += try round.scalar(term, "the discriminator's term of \(heuristic.name)")
      }
    }
    round.record("discriminator.real", evaluation.realLogits.tensor.mean())
    round.record("discriminator.fake", evaluation.fakeLogits.tensor.mean())
    return total
  }

  private func generatorLoss(_ round: Round) throws -> Tensor {
    let loss = try requiredLoss()
    let latents = latents(round)
    let samples = Images(try round.apply(.generator, to: latents.tensor, call: "samples", updatingState: true).output)
    let fake = try seen(samples, .fake, round)
    let output = try round.apply(.discriminator, to: fake.tensor, call: "fake", updatingState: true)
    let realBatch = round.real
    let evaluation = GeneratorEvaluation(
      latents: latents, samples: samples, fake: fake, fakeLogits: Logits(output.output), fakeTaps: output.taps,
      real: { [self] in
        let real = try seen(realBatch, .real, round)
        let output = try round.apply(.discriminator, to: real.tensor, call: "real", updatingState: false)
        return (real, Logits(output.output), output.taps)
      })
    var total: Tensor
    if gan.heuristics.contains(where: \.replacesGeneratorLoss) {
      total = .zeros([], dtype: output.output.dtype)
    } else if loss.comparesGeneratorWithReal {
      total = loss.generatorLoss(real: try evaluation.real().logits, fake: evaluation.fakeLogits)
    } else {
      total = loss.generatorLoss(real: evaluation.fakeLogits, fake: evaluation.fakeLogits)
    }
    try round.forEachHeuristic { heuristic in
      if let term = try heuristic.generatorTerm(evaluation, in: round) {
        total += try round.scalar(term, "the generator's term of \(heuristic.name)")
      }
    }
    return total
  }

  /// Samples as the discriminator sees them: after every heuristic's `inputs`.
  private func seen(_ images: Images, _ role: SampleRole, _ round: Round) throws -> Images {
    var images = images
    try round.forEachHeuristic { images = try $0.inputs(images, role: role, in: round) }
    return images
  }
}
