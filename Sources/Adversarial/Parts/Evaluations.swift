import Networks
import Tensors

/// One evaluation of the discriminator's loss: what it saw and said.
public struct DiscriminatorEvaluation: Sendable {
  /// As the discriminator saw them.
  public var real: Images
  /// As the discriminator saw them; constants, no gradient reaches the generator.
  public var fake: Images
  public var realLogits: Logits
  public var fakeLogits: Logits
  /// The features of the layers for the real samples, in order.
  public var realTaps: [Tap]
  public var fakeTaps: [Tap]
  public var targets: Targets
  /// The fields of the real batch, such as its labels.
  public var realConditions: Batch
  /// What the generated samples were made for.
  public var fakeConditions: Batch
  /// What the generated samples were made of; `nil` where a game does not say.
  public var latents: Latents?

  /// What a game of one's own hands to its heuristics.
  public init(
    real: Images, fake: Images, realLogits: Logits, fakeLogits: Logits, realTaps: [Tap], fakeTaps: [Tap], targets: Targets,
    realConditions: Batch = [], fakeConditions: Batch = [], latents: Latents? = nil
  ) {
    self.real = real
    self.fake = fake
    self.realLogits = realLogits
    self.fakeLogits = fakeLogits
    self.realTaps = realTaps
    self.fakeTaps = fakeTaps
    self.targets = targets
    self.realConditions = realConditions
    self.fakeConditions = fakeConditions
    self.latents = latents
  }
}

/// One evaluation of the generator's loss.
public struct GeneratorEvaluation {
  /// What the samples were made of.
  public var latents: Latents
  /// The vectors as they were drawn, before heuristics changed them.
  public var drawnLatents: Latents
  /// The generator's samples as they came.
  public var samples: Images
  /// The samples as the discriminator saw them.
  public var fake: Images
  public var fakeLogits: Logits
  public var fakeTaps: [Tap]
  /// What the generated samples were made for.
  public var fakeConditions: Batch
  /// The fields of the real batch, such as its labels.
  public var realConditions: Batch
  /// The round's real samples as the discriminator sees them, and what it says; computed only for who asks.
  public var real: () throws -> (images: Images, logits: Logits, taps: [Tap])

  /// What a game of one's own hands to its heuristics.
  public init(
    latents: Latents, samples: Images, fake: Images, fakeLogits: Logits, fakeTaps: [Tap], fakeConditions: Batch = [],
    realConditions: Batch = [], drawnLatents: Latents? = nil, real: @escaping () throws -> (images: Images, logits: Logits, taps: [Tap])
  ) {
    self.latents = latents
    self.drawnLatents = drawnLatents ?? latents
    self.samples = samples
    self.fake = fake
    self.fakeLogits = fakeLogits
    self.fakeTaps = fakeTaps
    self.fakeConditions = fakeConditions
    self.realConditions = realConditions
    self.real = real
  }
}
