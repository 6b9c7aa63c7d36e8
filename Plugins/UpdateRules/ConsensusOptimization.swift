import Adversarial
import Components
import Networks
import Tensors

/// All players move at once, and all want the others' gradients small too: a term that draws to where nobody moves.
///
/// w ← w − η (v + γ ∇½‖v‖²), equation 10 of Mescheder et al. 2017, v all players' gradients as one vector. The gradient of ½‖v‖² is exact, Jᵀv with all
/// second derivatives: published code for the Dirac-GAN has half of its cubic term and so another basin.
public struct ConsensusOptimization: UpdateRule {
  public static let name = "consensus"
  public static let aliases = ["conopt": ""]
  public static let summary = "Adds the gradient of the vector field's squared norm."
  public static let equation = "w = w - eta (v + gamma grad 1/2 ||v||^2)"
  public static let reference = "Mescheder et al. 2017, equation 10"
  public static let fieldDescriptions = [
    "gamma": "The weight γ of the field's squared norm, 0 or more; 10 in the paper's experiments"
  ]

  /// The weight γ of the field's squared norm, 0 or more; 10 in the paper's experiments.
  public var gamma: Number = 10

  public init() {}

  public init(gamma: Number) {
    self.gamma = gamma
  }

  public func validateFields() throws {
    try gamma.require("gamma", of: Self.name, "0 or more") { $0 >= 0 }
  }

  public func advance(_ round: Round) throws {
    let game = try GameDerivatives(round)
    let field = game.field()
    let pull = transposedProduct(of: field, at: game.variables, with: field)
    round.record("consensus.norm", innerProduct(field, field))
    let moved = game.split(zip(field, pull).map { $0 + gamma * $1 })
    for (player, gradient) in zip(game.players, moved) {
      try round.update(player, with: round.adjusted(gradient, of: player))
    }
  }
}
