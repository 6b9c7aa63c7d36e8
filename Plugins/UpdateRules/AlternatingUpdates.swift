import Adversarial
import Components
import Networks

/// The players move in turn: the discriminator k times, each on a batch of its own, then the generator, which already sees the moved
/// discriminator. In a game of more players all judges move in turn, k times, and then each of the others.
public struct AlternatingUpdates: UpdateRule {
  public static let name = "alternating"
  public static let summary = "k discriminator updates, then one generator update, or several."
  public static let equation =
    "psi = psi - eta grad L_D(theta, psi), k times;  theta = theta - eta grad L_G(theta, psi)"
  public static let reference = "Goodfellow et al. 2014, algorithm 1"
  public static let fieldDescriptions = [
    "discriminatorSteps": "Updates of the discriminator for each one of the generator, at least 1",
    "generatorSteps": "Updates of the generator after them, at least 1",
  ]
  public static let laterFields: [String: JSONValue] = ["generatorSteps": .integer(1)]

  /// Updates of the discriminator for each one of the generator, at least 1.
  public var discriminatorSteps: Int = 1
  /// Updates of the generator after them, each with latent vectors of its own, at least 1.
  public var generatorSteps: Int = 1

  public init() {}

  public init(discriminatorSteps: Int, generatorSteps: Int = 1) {
    self.discriminatorSteps = discriminatorSteps
    self.generatorSteps = generatorSteps
  }

  public func validateFields() throws {
    for (field, steps) in [("discriminatorSteps", discriminatorSteps), ("generatorSteps", generatorSteps)] {
      guard (1...100).contains(steps) else {
        throw ComponentError(component: Self.name, field: field, value: steps, expected: "from 1 to 100")
      }
    }
  }

  public var realBatchesPerRound: Int { max(discriminatorSteps, generatorSteps) }

  public func advance(_ round: Round) throws {
    for batch in 0..<discriminatorSteps {
      for judge in round.game.judges { try round.update(judge, with: round.gradient(of: judge, batch: batch)) }
    }
    for batch in 0..<generatorSteps {
      for player in round.players where !round.game.judges.contains(player) {
        try round.update(player, with: round.gradient(of: player, batch: batch))
      }
    }
  }
}
