import Components
import Networks
import Tensors

/// What the players of a ``NetworkGame`` want: the losses of any number of players over any number of networks.
///
/// ```swift
/// struct Reconstruction: Objective {
///   static let name = "reconstruction"
///   static let summary = "The mean squared distance of samples to what is made of their codes."
///   func loss(of player: Player, in round: Round) throws -> Tensor {
///     let code = try round.network("encoder", round.real.tensor).output
///     return square(try round.network("decoder", code).output - round.real.tensor).mean()
///   }
/// }
/// ```
public protocol Objective: Component {
  /// What `player` minimizes, at the round's current parameters and batch: a scalar.
  func loss(of player: Player, in round: Round) throws -> Tensor

  /// The names of the fields that ``generated(from:given:in:)`` reads itself, beside those that the network called `generator` asks for; none by
  /// default.
  var sampleConditions: [String] { get }

  /// Samples for latent vectors and conditions; the network called `generator` makes them by default.
  func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images

  /// What samples are judged to be; the network called `discriminator` says it by default.
  func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits

  /// What it takes the judges' output for; `nil`, the default, where that cannot be said in one word.
  var lossKind: LossKind? { get }

  /// What speaks against the objective in `game`: errors refuse the composition, warnings are shown.
  func review(_ game: NetworkGame) -> [Notice]
}

extension Objective {
  public var sampleConditions: [String] { [] }

  public func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images {
    Images(try round.network("generator", latents.tensor, given: conditions, call: "evaluation").output)
  }

  public func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits {
    Logits(try round.network("discriminator", images.tensor, given: conditions, call: "diagnostics").output)
  }

  public var lossKind: LossKind? { nil }

  public func review(_ game: NetworkGame) -> [Notice] { [] }
}
