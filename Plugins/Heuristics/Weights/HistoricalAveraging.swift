import Adversarial
import Components
import Networks
import Tensors

/// Pulls each player towards the average of all points it has been at, which damps players that circle each other.
///
/// w · ‖θ − (1/t) Σᵢ θᵢ‖² on each player's loss, θᵢ its parameters after i updates, the initial ones included; the average is a constant of the
/// derivative.
public struct HistoricalAveraging: Heuristic {
  public static let name = "historical-averaging"
  public static let summary = "Pulls each player towards the average of its past parameters."
  public static let equation = "weight || theta - 1/t sum_i theta_i ||^2"
  public static let reference = "Salimans et al. 2016, section 3.3"
  public static let fieldDescriptions = ["weight": "The weight of the term, not negative"]

  /// The weight of the term, not negative.
  public var weight: Double = 0.01

  public init() {}

  public init(weight: Double) {
    self.weight = weight
  }

  public func validateFields() throws { try requireNotNegative(self, ("weight", weight)) }

  public func review(_ gan: GAN) -> [Notice] { singleNotices(self, gan, "write the same average") }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    try round.player.map { try term(for: $0, in: round) }
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    try round.player.map { try term(for: $0, in: round) }
  }

  private func term(for player: Player, in round: Round) throws -> Tensor {
    let distance = (round.parameters(of: player) - (try round.shadow("history", of: player))).squaredNorm()
    round.record("historical-averaging.\(player)", distance)
    return weight * distance
  }

  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters {
    // The average of t + 1 points from that of t points; t counts this player's updates, of which a round may have several.
    let count = try round.persistent("\(player)/points", initial: Tensor(int32: [1], shape: [])) + 1
    try round.setPersistent("\(player)/points", to: count)
    let share = 1 / count.converted(to: round.dtype(of: player))
    let average = try round.shadow("history", of: player)
    try round.setShadow("history", of: player, to: average.zipped(with: parameters) { $0 + share * ($1 - $0) })
    return parameters
  }
}
