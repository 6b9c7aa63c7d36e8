import Rival

/// A game of two players with a vector each, whose losses the test writes down.
struct PlaneGame: Game {
  typealias Loss = @Sendable (_ x: Tensor, _ y: Tensor) throws -> Tensor

  var x: [Double]
  var y: [Double]
  var first: Loss
  var second: Loss
  var stepSize = 0.1
  var momentum = 0.0

  /// A zero-sum game: x minimizes `value`, y maximizes it.
  static func zeroSum(_ x: [Double], _ y: [Double], _ value: @escaping Loss) -> PlaneGame {
    PlaneGame(x: x, y: y, first: value, second: { -(try value($0, $1)) })
  }

  /// ½ax² + bxy + ½cy².
  static func quadratic(_ a: Double, _ b: Double, _ c: Double, at x: Double = 0, _ y: Double = 0) -> PlaneGame {
    zeroSum([x], [y]) { x, y in (0.5 * a * x * x + b * x * y + 0.5 * c * y * y).sum() }
  }

  var players: [Player] { [.generator, .discriminator] }
  var heuristics: [any Heuristic] { [] }

  func initialState() throws -> Parameters {
    Parameters([("generator/params/x", Tensor(float64: x)), ("discriminator/params/y", Tensor(float64: y))])
  }

  func loss(of player: Player, in round: Round) throws -> Tensor {
    let x = round.parameters(of: .generator)["x"] ?? .zeros([])
    let y = round.parameters(of: .discriminator)["y"] ?? .zeros([])
    // The other player is a constant, even where it has just moved in answer to this one.
    return player == .generator ? try first(x, y.stoppingGradient) : try second(x.stoppingGradient, y)
  }

  func optimizer(for player: Player) throws -> any Optimizer { SGD(learningRate: stepSize, momentum: momentum) }

  func frozen(_ rule: any UpdateRule = SimultaneousUpdates()) throws -> FrozenRound { try FrozenRound(game: self, updateRule: rule) }

  func field(rates: [Player: Double] = [:]) throws -> VectorField { try VectorField(frozen(), rates: rates) }
}

/// A linear Dirac discriminator ψ·x against a point θ, in the language of ``PlaneGame``: the discriminator is high on real data at 0.
enum Dirac {
  static func nonSaturating(_ theta: Double, _ psi: Double, gamma: Double = 0) -> PlaneGame {
    PlaneGame(
      x: [theta], y: [psi], first: { x, y in softplus(-(x * y)).sum() },
      second: { x, y in (softplus(x * y) + gamma / 2 * y * y).sum() })
  }

  static func saturating(_ theta: Double, _ psi: Double) -> PlaneGame {
    .zeroSum([theta], [psi]) { x, y in -softplus(x * y).sum() }
  }

  static func wasserstein(_ theta: Double, _ psi: Double, gamma: Double = 0) -> PlaneGame {
    PlaneGame(x: [theta], y: [psi], first: { x, y in -(x * y).sum() }, second: { x, y in (x * y + gamma / 2 * y * y).sum() })
  }
}

/// Plays rounds of an update map over its variables.
func play(_ map: UpdateMap, from start: [Double]? = nil, rounds: Int, _ visit: (Int, [Double]) -> Void = { _, _ in }) throws -> [Double] {
  var point = start ?? map.point
  for round in 1...rounds {
    point = try map.value(at: point)
    visit(round, point)
  }
  return point
}

/// √Σx².
func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// The eigenvalues, each with the closest of `expected`: the largest distance.
func mismatch(_ values: [ComplexNumber], _ expected: [ComplexNumber]) -> Double {
  guard values.count == expected.count else { return .infinity }
  var rest = expected
  var worst = 0.0
  for value in values {
    guard
      let nearest = rest.indices.min(by: {
        distance(rest[$0], value) < distance(rest[$1], value)
      })
    else { return .infinity }
    worst = max(worst, distance(rest.remove(at: nearest), value))
  }
  return worst
}

private func distance(_ a: ComplexNumber, _ b: ComplexNumber) -> Double {
  ComplexNumber(a.real - b.real, a.imaginary - b.imaginary).magnitude
}
