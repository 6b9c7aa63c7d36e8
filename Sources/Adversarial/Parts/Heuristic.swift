import Components
import Networks
import Tensors

/// A stabilization trick: hooks into a round, all with do-nothing defaults, in the order in which data meets them.
///
/// Heuristics apply in the order written. Each hook gets the ``Round``: the step, random streams by name, persistent state, both networks
/// as functions, and `record`.
public protocol Heuristic: Component {
  /// What speaks against this heuristic in `gan`: errors refuse the composition, warnings are shown.
  func review(_ gan: GAN) -> [Notice]

  /// What the discriminator sees: instance noise, augmentation.
  func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images

  /// What the discriminator is told: smoothing, flipping. Only losses with targets ask.
  func targets(_ targets: Targets, in round: Round) throws -> Targets

  /// A weight as its layer sees it: spectral norm, weight norm. Called once for each parameter and evaluation, in order.
  func parameter(_ weight: Tensor, at path: String, of player: Player, in round: Round) throws -> Tensor

  /// A term to add to the discriminator's loss (a scalar), or `nil`.
  func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor?

  /// A term to add to the generator's loss (a scalar), or `nil`.
  func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor?

  /// Whether this heuristic's generator term takes the place of the loss's.
  var replacesGeneratorLoss: Bool { get }

  /// The gradient before the optimizer sees it: clipping, noise.
  func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters

  /// The parameters after an update: weight clipping, averaging, lookahead.
  func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters
}

extension Heuristic {
  public func review(_ gan: GAN) -> [Notice] { [] }
  public func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images { images }
  public func targets(_ targets: Targets, in round: Round) throws -> Targets { targets }
  public func parameter(_ weight: Tensor, at path: String, of player: Player, in round: Round) throws -> Tensor {
    weight
  }
  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? { nil }
  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? { nil }
  public var replacesGeneratorLoss: Bool { false }
  public func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters { gradient }
  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters { parameters }
}

/// A heuristic that lets a run go on after a number was no longer finite, from a state that it makes of an earlier one.
///
/// The failed round stays in the history and is not played again: the run goes on with the next batch.
public protocol Recovery: Heuristic {
  /// The state from which to go on, or `nil` to let the run end.
  ///
  /// - Parameters:
  ///   - failure: what failed.
  ///   - good: the state of the networks, optimizers and heuristics up to a hundred rounds before, all finite.
  ///   - failed: the state as it stands now.
  func recovered(from failure: NumericFailure, good: Parameters, failed: Parameters) throws -> Parameters?
}

/// What a component has to say about a composition.
public struct Notice: Sendable, Hashable, CustomStringConvertible {
  public enum Severity: String, Sendable, Codable {
    /// The composition is refused.
    case error
    /// The composition is allowed, but unlikely to do what was meant.
    case warning
  }

  public var severity: Severity
  /// What is wrong, why, and what to try.
  public var message: String
  /// Where that is shown.
  public var reference: String

  public init(_ severity: Severity, _ message: String, reference: String = "") {
    self.severity = severity
    self.message = message
    self.reference = reference
  }

  public var description: String { message + (reference.isEmpty ? "" : " (\(reference))") }
}

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

  /// What a game of one's own hands to its heuristics.
  public init(
    real: Images, fake: Images, realLogits: Logits, fakeLogits: Logits, realTaps: [Tap], fakeTaps: [Tap], targets: Targets
  ) {
    self.real = real
    self.fake = fake
    self.realLogits = realLogits
    self.fakeLogits = fakeLogits
    self.realTaps = realTaps
    self.fakeTaps = fakeTaps
    self.targets = targets
  }
}

/// One evaluation of the generator's loss.
public struct GeneratorEvaluation {
  public var latents: Latents
  /// The generator's samples as they came.
  public var samples: Images
  /// The samples as the discriminator saw them.
  public var fake: Images
  public var fakeLogits: Logits
  public var fakeTaps: [Tap]
  /// The round's real samples as the discriminator sees them, and what it says; computed only for who asks.
  public var real: () throws -> (images: Images, logits: Logits, taps: [Tap])
}
