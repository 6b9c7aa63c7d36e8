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

  /// The initial parameters of a network, which may be others or more than its layers ask for: weight normalization's gains, equalized rates.
  func initialParameters(_ parameters: Parameters, of network: Network) -> Parameters

  /// The shape of what the discriminator sees of samples of `shape`: another one where ``joined(_:)`` makes several samples one (packing).
  func seenShape(_ shape: Shape) -> Shape

  /// Samples `[n] + shape` as the discriminator sees them together: `[n / m] + seenShape(shape)`, m of them one. After every ``inputs(_:role:in:)``.
  func joined(_ samples: Tensor) -> Tensor

  /// The latent vectors that training makes samples of: latent optimization.
  func latents(_ latents: Latents, given conditions: Batch, in round: Round) throws -> Latents

  /// What the discriminator sees: instance noise, augmentation.
  func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images

  /// What the discriminator says of samples, as the losses get it: gradient normalization.
  func logits(_ logits: Logits, of images: Images, role: SampleRole, in round: Round) throws -> Logits

  /// What the discriminator is told: smoothing, flipping. Only losses with targets ask.
  func targets(_ targets: Targets, in round: Round) throws -> Targets

  /// A weight as its layer sees it: spectral norm, weight norm. Called once for each parameter and evaluation, in order.
  func parameter(_ weight: Tensor, at path: String, of player: Player, in round: Round) throws -> Tensor

  /// A term to add to the discriminator's loss (a scalar), or `nil`.
  func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor?

  /// A term to add to the generator's loss (a scalar), or `nil`.
  func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor?

  /// A term of another heuristic (or its own), on its way into a player's loss: lazy regularization.
  func term(_ term: Tensor, of heuristic: any Heuristic, in round: Round) throws -> Tensor

  /// Networks that the heuristic brings into a GAN, beside its own two; none by default.
  var networks: [PartNetwork] { get }

  /// Whether this heuristic's generator term takes the place of the loss's.
  var replacesGeneratorLoss: Bool { get }

  /// Whether it bounds how steep the discriminator is: a penalty on its gradient, bounded or normalized weights; `false` by default.
  var boundsSlope: Bool { get }

  /// The gradient before the optimizer sees it: clipping, noise.
  func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters

  /// Whether the player's update counts: a bool scalar; `nil`, the default, for always. Where it does not, parameters and the optimizer's memory stay.
  func moves(_ player: Player, in round: Round) throws -> Tensor?

  /// The parameters after an update: weight clipping, averaging, lookahead.
  func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters
}

extension Heuristic {
  public func review(_ gan: GAN) -> [Notice] { [] }
  public func initialParameters(_ parameters: Parameters, of network: Network) -> Parameters { parameters }
  public func seenShape(_ shape: Shape) -> Shape { shape }
  public func joined(_ samples: Tensor) -> Tensor { samples }
  public func latents(_ latents: Latents, given conditions: Batch, in round: Round) throws -> Latents { latents }
  public func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images { images }
  public func logits(_ logits: Logits, of images: Images, role: SampleRole, in round: Round) throws -> Logits { logits }
  public func targets(_ targets: Targets, in round: Round) throws -> Targets { targets }
  public func parameter(_ weight: Tensor, at path: String, of player: Player, in round: Round) throws -> Tensor {
    weight
  }
  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? { nil }
  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? { nil }
  public func term(_ term: Tensor, of heuristic: any Heuristic, in round: Round) throws -> Tensor { term }
  public var networks: [PartNetwork] { [] }
  public var replacesGeneratorLoss: Bool { false }
  public var boundsSlope: Bool { false }
  public func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters { gradient }
  public func moves(_ player: Player, in round: Round) throws -> Tensor? { nil }
  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters { parameters }
}
