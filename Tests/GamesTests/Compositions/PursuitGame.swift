import Rival

/// A game of three players without any network, which is its own composition: each follows the next one round a circle, and all are drawn to
/// the data's mean.
///
/// L_i = ½|x_i − m|² + c ⟨x_i, R x_{i+1}⟩ with a quarter turn R: the field turns, and m = 0 is its only rest.
struct PursuitGame: Composition, Game {
  static let name = "pursuit"
  static let summary = "Three points that chase each other and are drawn to the data."

  var coupling: Double = 0.5
  var learningRate: Double = 0.05

  var players: [Player] { ["first", "second", "third"].map { Player($0) } }
  var updateRule: (any UpdateRule)? { SimultaneousUpdates() }
  var heuristics: [any Heuristic] { [] }
  func game(fields: [Field], seed: UInt64) throws -> any Game { self }
  func optimizer(for player: Player) throws -> any Optimizer { SGD(learningRate: learningRate) }

  func initialState() throws -> Parameters {
    Parameters(
      players.enumerated().map { index, player in
        ("\(player)/params/position", Tensor([Float(index) - 1, 1]))
      })
  }

  func loss(of player: Player, in round: Round) throws -> Tensor {
    let index = players.firstIndex(of: player) ?? 0
    func position(_ player: Player) -> Tensor { round.parameters(of: player)["position"] ?? .zeros([2]) }
    let (own, next) = (position(player), position(players[(index + 1) % 3]).stoppingGradient)
    let turned = concatenated([-next.sliced(axis: 0, 1..<2), next.sliced(axis: 0, 0..<1)])
    return 0.5 * square(own - round.real.tensor.mean(axes: [0])).sum() + coupling * (own * turned).sum()
  }

  /// The three points, over and over.
  func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images {
    let points = stacked(players.map { round.parameters(of: $0)["position"] ?? .zeros([2]) })
    let count = latents.tensor.shape[0]
    return Images(concatenated(Array(repeating: points, count: (count + 2) / 3)).sliced(axis: 0, 0..<count))
  }
}
