import Adversarial
import Components
import Networks
import Tensors

/// Scales a player's whole gradient down where its norm is above a limit.
///
/// g · min(1, maximumNorm / ‖g‖), the norm over all parameters of the player.
public struct GradientClipping: Heuristic {
  public static let name = "gradient-clipping"
  public static let summary = "Limits the norm of each player's gradient."
  public static let equation = "g min(1, maximumNorm / ||g||)"
  public static let reference = "Pascanu et al. 2013, algorithm 1"
  public static let fieldDescriptions = [
    "maximumNorm": "The largest norm, positive"
  ]

  /// The largest norm, positive.
  public var maximumNorm: Double = 1

  public init() {}

  public init(maximumNorm: Double) {
    self.maximumNorm = maximumNorm
  }

  public func validateFields() throws {
    guard maximumNorm > 0, maximumNorm.isFinite else {
      throw ComponentError(
        component: Self.name, field: "maximumNorm", value: maximumNorm, expected: "a positive number")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard let noise = gan.heuristics.firstIndex(where: { $0 is AnnealedGradientNoise }),
      let clipping = gan.heuristics.firstIndex(where: { $0 is GradientClipping }), noise < clipping
    else { return [] }
    return [
      Notice(
        .warning, "\(AnnealedGradientNoise.name) stands before \(name), which clips the noise too; exchange them",
        reference: AnnealedGradientNoise.reference)
    ]
  }

  public func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters {
    // Summed here, in the gradient's own type.
    let squares = gradient.tensors.map { square($0).sum() }
    guard let first = squares.first else { return gradient }
    let norm = sqrt(squares.dropFirst().reduce(first, +))
    round.record("\(player).gradient-norm", norm)
    return gradient * minimum(maximumNorm / maximum(norm, 1e-30), 1)
  }
}
