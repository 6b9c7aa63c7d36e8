import Rival
import Testing

/// Players with a number each and losses ½ wᵀ Qᵢ w: games whose rules of play are products of matrices.
struct QuadraticGame: Game {
  /// Qᵢ of each player, symmetric.
  var forms: [[[Double]]]
  var start: [Double]
  var optimizer: any Optimizer = SGD(learningRate: 0.1)
  /// Whether a player takes the others for constants, as a discriminator does generated samples.
  var stops = true

  var players: [Player] { forms.indices.map { $0 == 0 ? .generator : $0 == 1 ? .discriminator : Player("player-\($0)") } }

  func initialState() throws -> Parameters {
    Parameters(zip(players, start).map { ("\($0)/params/x", Tensor($1, dtype: .float64)) })
  }

  func loss(of player: Player, in round: Round) throws -> Tensor {
    // Another player's earlier move of this round is none of this gradient's business.
    let w = try players.map { other in
      let x = try #require(round.parameters(of: other)["x"])
      return other == player || !stops ? x : x.stoppingGradient
    }
    let form = forms[try #require(players.firstIndex(of: player))]
    var total = Tensor.zeros([], dtype: .float64)
    for (i, row) in form.enumerated() {
      for (j, q) in row.enumerated() where q != 0 { total += 0.5 * q * w[i] * w[j] }
    }
    return total
  }

  func optimizer(for player: Player) throws -> any Optimizer { optimizer }

  /// min over x, max over y, of x·y.
  static func bilinear(_ optimizer: any Optimizer = SGD(learningRate: 0.1)) -> QuadraticGame {
    QuadraticGame(forms: [[[0, 1], [1, 0]], [[0, -1], [-1, 0]]], start: [1, 0.5], optimizer: optimizer)
  }

  /// The players' own gradients are B w.
  var field: [[Double]] { forms.indices.map { forms[$0][$0] } }

  /// Where the players are after some rounds.
  func played(_ rule: any UpdateRule, rounds: Int) throws -> [Double] {
    try Play(self, rule).after(rounds).map { try #require($0.tensors.first).item() }
  }
}

/// Rounds of a game in float64, one compiled program.
struct Play {
  let game: any Game
  let trace: RoundTrace
  let start: Parameters
  let paths: [String]

  init(_ game: any Game, _ rule: any UpdateRule, batches: [Batch] = []) throws {
    let frozen = try FrozenRound(game: game, updateRule: rule, batches: batches)
    let paths = frozen.state.paths
    self.game = game
    self.start = frozen.state
    self.paths = paths
    trace = try RoundTrace(game, state: frozen.state.types, fields: [], batches: 0, batchSize: 1, seed: 0, movesState: true, threadCount: 1)
    {
      round, _ in
      let round = round()
      try rule.play(round)
      return paths.map { round.state[$0] ?? .invalid(TensorError("lost")) }
    }
  }

  /// Each player's parameters after some rounds.
  func after(_ rounds: Int) throws -> [Parameters] {
    try trace.load(start)
    for step in 0..<rounds {
      try trace.load(step: step)
      try trace.run()
    }
    let state = Parameters(try paths.enumerated().map { ($1, try trace.output($0)) })
    return game.players.map { Parameters(game.parameters(of: $0, in: state).map { ($0.path, $0.tensor) }) }
  }
}

// Small matrices, for the rules in closed form.
typealias Rows = [[Double]]
func times(_ a: Rows, _ x: [Double]) -> [Double] { a.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } } }
func flipped(_ a: Rows) -> Rows { a.indices.map { i in a.map { $0[i] } } }
func plus(_ x: [Double], _ factor: Double, _ y: [Double]) -> [Double] { zip(x, y).map { $0 + factor * $1 } }
func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
func length(_ x: [Double]) -> Double { dot(x, x).squareRoot() }
