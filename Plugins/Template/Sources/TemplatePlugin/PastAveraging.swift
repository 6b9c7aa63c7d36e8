import Rival

/// Pulls each player towards the average of all points it has been at, which damps players that circle each other.
///
/// Adds weight · ‖θ − (1/t) Σᵢ θᵢ‖² to the loss of each player, θᵢ its parameters after i updates, the initial ones included.
/// The average is a constant to the gradient. Salimans et al. 2016, section 3.2.
public struct PastAveraging: Heuristic {
  public static let name = "past-averaging"
  public static let summary = "Pulls each player towards the average of its past parameters."
  public static let equation = "weight || theta - 1/t sum_i theta_i ||^2"
  public static let reference = "Salimans et al. 2016, section 3.2"
  public static let fieldDescriptions = ["weight": "The weight of the term"]

  /// The weight of the term; not negative.
  public var weight: Double = 0.01

  public init() {}

  /// Past averaging with the given weight.
  public init(weight: Double) {
    self.weight = weight
  }

  public func validateFields() throws {
    guard weight >= 0, weight.isFinite else {
      throw ComponentError(component: Self.name, field: "weight", value: weight, expected: "0 or more")
    }
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    try term(for: .discriminator, in: round)
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    try term(for: .generator, in: round)
  }

  private func term(for player: Player, in round: Round) throws -> Tensor {
    let average = try round.shadow("past_average", of: player)
    let distance = (round.parameters(of: player) - average).squaredNorm()
    round.record("past-averaging.\(player)", distance)
    return weight * distance
  }

  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters {
    // The average of t + 1 points from that of t points; t counts this player's updates, of which a round may have several.
    let count = try round.persistent("\(player)_points", initial: Tensor(int32: [1], shape: []))
    let next = count + Tensor(int32: [1], shape: [])
    try round.setPersistent("\(player)_points", to: next)
    let share = 1 / next.converted(to: round.dtype(of: player))
    let average = try round.shadow("past_average", of: player)
    try round.setShadow(
      "past_average", of: player, to: average.zipped(with: parameters) { $0 + share * ($1 - $0) })
    return parameters
  }
}
