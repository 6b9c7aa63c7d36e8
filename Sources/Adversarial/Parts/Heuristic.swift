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

  /// Networks that the heuristic brings into a GAN, beside its own two; none by default.
  var networks: [PartNetwork] { get }

  /// Whether this heuristic's generator term takes the place of the loss's.
  var replacesGeneratorLoss: Bool { get }

  /// Whether it bounds how steep the discriminator is: a penalty on its gradient, bounded or normalized weights; `false` by default.
  var boundsSlope: Bool { get }

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
  public var networks: [PartNetwork] { [] }
  public var replacesGeneratorLoss: Bool { false }
  public var boundsSlope: Bool { false }
  public func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters { gradient }
  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters { parameters }
}
