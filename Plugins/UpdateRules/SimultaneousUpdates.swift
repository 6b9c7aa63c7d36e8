import Adversarial
import Components
import Networks

/// All players take their gradients at the same point, then all move: the discrete form of the game's vector field.
public struct SimultaneousUpdates: UpdateRule {
  public static let name = "simultaneous"
  public static let summary = "All gradients at one point, then all updates."
  public static let equation = "(theta, psi) = (theta, psi) - eta (grad L_G, grad L_D)(theta, psi)"
  public static let reference = "Mescheder et al. 2017, section 2"

  public init() {}

  public func advance(_ round: Round) throws {
    let gradients = try round.players.map { try round.gradient(of: $0) }
    for (player, gradient) in zip(round.players, gradients) { try round.update(player, with: gradient) }
  }
}
