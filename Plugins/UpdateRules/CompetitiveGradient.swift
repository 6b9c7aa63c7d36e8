import Adversarial
import Components
import Networks
import Tensors

/// Two players move to the equilibrium of the game's bilinear approximation: each takes into account that the other one answers.
///
/// x ← x − η (1 − η² D²ₓᵧf D²ᵧₓg)⁻¹ (∇ₓf − η D²ₓᵧf ∇ᵧg), and likewise y; algorithm 1 of Schäfer and Anandkumar 2019, f and g the players' losses. The
/// inverse is that of conjugate gradients on the normal equations, which need no symmetry and so serve losses that are not each other's negative; as many
/// steps as are asked for, inside the compiled round. The optimizers get the direction without its η: with `sgd` of the same rate the rule is the paper's.
public struct CompetitiveGradient: UpdateRule {
  public static let name = "competitive"
  public static let aliases = ["cgd": "", "competitive-gradient": ""]
  public static let summary = "Each player's step with the other's best answer to it."
  public static let equation = "x = x - eta (1 - eta^2 D_xy f D_yx g)^-1 (grad_x f - eta D_xy f grad_y g);  y likewise"
  public static let reference = "Schaefer and Anandkumar 2019, algorithm 1"
  public static let fieldDescriptions = [
    "iterations": "Steps of conjugate gradients, from 1 to 200; each costs four products with mixed second derivatives",
    "stepSize": "The step size η that the players reckon with, positive; that of their sgd",
  ]

  /// The step size η that the players reckon with, positive; that of their sgd.
  public var stepSize: Number = 0.01
  /// Steps of conjugate gradients, from 1 to 200; each costs four products with mixed second derivatives.
  public var iterations = 10

  public init() {}

  public init(stepSize: Number, iterations: Int = 10) {
    self.stepSize = stepSize
    self.iterations = iterations
  }

  public func validateFields() throws {
    try stepSize.requirePositive("stepSize", of: Self.name)
    guard (1...200).contains(iterations) else {
      throw ComponentError(component: Self.name, field: "iterations", value: iterations, expected: "from 1 to 200")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    let others = gan.optimizers.filter { $0.optimizer.name != "sgd" }
    guard let other = others.first else { return [] }
    return [
      Notice(
        .warning,
        "\(name) reckons with steps of \(stepSize) times its direction, but \(other.optimizer.name) scales them otherwise; use sgd with that rate",
        reference: Self.reference)
    ]
  }

  public func advance(_ round: Round) throws {
    guard round.players.count == 2 else {
      throw NetworkError(
        "\(name) solves a game of two players; with \(round.players.count) the answers to answers have no closed form, use extragradient or consensus"
      )
    }
    let game = try GameDerivatives(round)
    let (x, y) = (game.points[0].tensors, game.points[1].tensors)
    let (f, g) = (game.losses[0], game.losses[1])
    let slopes = (fx: gradient(of: f, at: x), gy: gradient(of: g, at: y))
    // The other player's parameters move a loss through stopped samples too.
    let (fy, gx) = (gradient(of: f, at: y, followingStops: true), gradient(of: g, at: x, followingStops: true))
    // D²ₓᵧf u, D²ᵧₓg u and their transposes.
    func fxy(_ u: [Tensor]) -> [Tensor] { transposedProduct(of: fy, at: x, with: u) }
    func gyx(_ u: [Tensor]) -> [Tensor] { transposedProduct(of: gx, at: y, with: u) }
    func fyx(_ u: [Tensor]) -> [Tensor] { forwardProduct(of: fy, at: x, along: u) }
    func gxy(_ u: [Tensor]) -> [Tensor] { forwardProduct(of: gx, at: y, along: u) }
    func less(_ a: [Tensor], _ factor: Number, _ b: [Tensor]) -> [Tensor] { zip(a, b).map { $0 - factor * $1 } }

    let square = stepSize * stepSize
    let forX = solution(
      less(slopes.fx, stepSize, fxy(slopes.gy)), { less($0, square, fxy(gyx($0))) }, transposed: { less($0, square, gxy(fyx($0))) })
    let forY = solution(
      less(slopes.gy, stepSize, gyx(slopes.fx)), { less($0, square, gyx(fxy($0))) }, transposed: { less($0, square, fyx(gxy($0))) })
    for (index, (player, direction)) in zip(round.players, [forX, forY]).enumerated() {
      try round.update(player, with: round.adjusted(game.points[index].replacing(direction), of: player))
    }
  }

  /// The solution of M z = b, by conjugate gradients on MᵀM z = Mᵀb.
  private func solution(_ b: [Tensor], _ product: ([Tensor]) -> [Tensor], transposed: ([Tensor]) -> [Tensor]) -> [Tensor] {
    // Near the identity, where M is, the right side is a good start.
    var z = b
    var rest = zip(b, product(z)).map { $0 - $1 }
    var slope = transposed(rest)
    var direction = slope
    var length = innerProduct(slope, slope)
    for _ in 0..<iterations {
      let image = product(direction)
      // Where nothing is left, 0 / tiny stays 0.
      let tiny = length.dtype == .float64 ? 1e-300 : 1e-30
      let step = length / maximum(innerProduct(image, image), tiny)
      z = zip(z, direction).map { $0 + step * $1 }
      rest = zip(rest, image).map { $0 - step * $1 }
      slope = transposed(rest)
      let next = innerProduct(slope, slope)
      let share = next / maximum(length, tiny)
      direction = zip(slope, direction).map { $0 + share * $1 }
      length = next
    }
    return z
  }
}
