import Adversarial
import Components
import Networks
import Tensors

/// Clips the discriminator's parameters into a box after each of its updates: the first way of keeping a critic Lipschitz.
public struct WeightClipping: Heuristic {
  public static let name = "weight-clipping"
  public static let summary = "Clips the critic's parameters after each update."
  public static let equation = "psi = clip(psi, -limit, limit)"
  public static let reference = "Arjovsky et al. 2017, algorithm 1"
  public static let fieldDescriptions = [
    "limit": "The largest magnitude that a parameter may have, positive"
  ]

  /// The largest magnitude that a parameter may have, positive.
  public var limit: Double = 0.01

  public var boundsSlope: Bool { true }

  public init() {}

  public init(limit: Double) {
    self.limit = limit
  }

  public func validateFields() throws {
    guard limit > 0, limit.isFinite else {
      throw ComponentError(component: Self.name, field: "limit", value: limit, expected: "a positive number")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    var notices: [Notice] = []
    if let other = gan.heuristics.first(where: { $0 is GradientPenalty || $0 is DRAGANPenalty || $0 is MaximumGradientPenalty }) {
      notices.append(
        Notice(
          .warning,
          "\(name) and \(other.name) both bound the discriminator's slope, and clipped weights can hardly reach another one; use one of them",
          reference: "Gulrajani et al. 2017, section 3"))
    }
    if let other = gan.heuristics.first(where: { $0 is WeightNormalization || $0 is EqualizedLearningRate }) {
      notices.append(
        Notice(
          .warning, "\(name) clips the weights that the optimizer holds, and layers see them as \(other.name) scales them; use one of them",
          reference: Self.reference))
    }
    guard limit < 1, let layer = gan.discriminator.innermostLayers.first(where: \.learnsScale) else { return notices }
    return notices + [
      Notice(
        .warning,
        "\(name) clips the scale of \(layer.name) too: it starts at 1 and is at most \(limit) after the first round, so that the critic sees next to "
          + "nothing; leave \(layer.name) out of the discriminator, or bound the slope with gradient-penalty or spectral-normalization",
        reference: "Gulrajani et al. 2017, section 3")
    ]
  }

  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters {
    guard round.game.judges.contains(player) else { return parameters }
    return parameters.mapped { clamp($1, to: -limit...limit) }
  }
}
