import Foundation
import Rival

/// What a part does to the Dirac-GAN: the eigenvalues at its equilibrium, and where play ends.
struct DiracCertificate {
  /// How play is set up: that of the published table unless said otherwise.
  struct Setting {
    var loss: any Loss = MinimaxLoss()
    /// The step size of every player, where a part does not bring its own.
    var rate = 0.2
    /// The start of the single run; the table's (1, 1), whose discriminator is high on generated samples.
    var start = (theta: 1.0, psi: -1.0)
    var rounds = 500
    /// Starts along each axis, from −2 to 2.
    var side = 9
  }

  /// Where one way of play leads.
  struct Play {
    /// `simultaneous`, `alternating`, or the rule that is looked at.
    var name: String
    /// ρ(F′) of a round at the equilibrium; `nil` where it could not be computed.
    var radius: Double?
    /// Distance at the end over distance at the start, for each start of the grid: rows from the lowest ψ, in each from the lowest θ; 1 at the equilibrium.
    var ratios: [Double]

    /// The share of starts that end within a tenth of their distance.
    var converged: Double { share { $0 < 0.1 } }
    /// The share of starts that end farther away than they began.
    var left: Double { share { !($0 <= 1.0001) } }

    private func share(_ isMeant: (Double) -> Bool) -> Double { Double(ratios.count(where: isMeant)) / Double(max(ratios.count, 1)) }
  }

  let part: any Component
  var kind: ComponentKind { ComponentKind(type(of: part)) }
  /// The eigenvalues of the field of steepest descent at (0, 0); empty where it could not be computed.
  var eigenvalues: [ComplexNumber] = []
  /// Whether the field's derivative is nearly the same a little beside the equilibrium; without, its eigenvalues say nothing.
  var isSmooth = true
  var plays: [Play] = []
  /// The distance after the setting's rounds from its start, by name: `simultaneous`, `alternating`, `alternating-5`, or the rule.
  var distances: [(name: String, value: Double)] = []
  /// Why there is nothing of this; `nil` where there is.
  var reason: String?

  /// Tries a loss, a heuristic, an optimizer or an update rule; what does not fit the game says so in ``reason``.
  init(_ part: any Component, _ setting: Setting) {
    self.part = part
    do {
      try compute(setting)
    } catch {
      reason = "\(error)".split(separator: "\n").first.map(String.init) ?? "it does not fit"
    }
  }

  /// Whether parts of this kind can be certified.
  static func takes(_ kind: ComponentKind) -> Bool { [.loss, .heuristic, .optimizer, .updateRule].contains(kind) }

  private mutating func compute(_ setting: Setting) throws {
    var parts = DiracRounds.Parts(loss: setting.loss, optimizer: SGD(learningRate: setting.rate), rule: SimultaneousUpdates())
    var rules: [any UpdateRule] = [SimultaneousUpdates(), AlternatingUpdates()]
    var tabled: [(String, any UpdateRule)] = [
      ("simultaneous", SimultaneousUpdates()), ("alternating", GeneratorFirst()), ("alternating-5", GeneratorFirst(steps: 5)),
    ]
    switch part {
    case let loss as any Loss: parts.loss = loss
    case let optimizer as any Optimizer: parts.optimizer = optimizer
    case let heuristic as any Heuristic: parts.heuristics = [heuristic]
    case let rule as any UpdateRule: (rules, tabled) = ([rule], [(rule.name, rule)])
    default: throw CommandFailure("'\(part.name)' is \(kind.phrase); certified are losses, heuristics, optimizers and update rules")
    }
    func rounds(_ rule: any UpdateRule) throws -> DiracRounds {
      var parts = parts
      parts.rule = rule
      return try DiracRounds(parts)
    }
    if !(part is any UpdateRule) {
      let simultaneous = try rounds(SimultaneousUpdates())
      let here = try Self.jacobian(simultaneous, at: 0)
      let beside = try Self.jacobian(simultaneous, at: 1e-3)
      eigenvalues = Self.eigenvalues(here)
      let scale = here.reduce(0.1) { max($0, abs($1)) }
      isSmooth = zip(here, beside).allSatisfy { abs($0 - $1) < 0.05 * scale }
    }
    for rule in rules {
      let play = try rounds(rule)
      let axis = (0..<setting.side).map { -2 + 4 * Double($0) / Double(max(1, setting.side - 1)) }
      var ratios: [Double] = []
      for psi in axis {
        for theta in axis {
          let start = (theta * theta + psi * psi).squareRoot()
          ratios.append(start == 0 ? 1 : try play.distance(from: theta, psi, rounds: setting.rounds) / start)
        }
      }
      let radius = (try? UpdateMap(play.frozen).spectrum(count: 4).radius).flatMap { $0 }
      plays.append(Play(name: rule.name, radius: radius, ratios: ratios))
    }
    for (name, rule) in tabled {
      distances.append((name, try rounds(rule).distance(from: setting.start.theta, setting.start.psi, rounds: setting.rounds)))
    }
  }

  /// The field's derivative by (θ, ψ) at (place, place), row by row.
  private static func jacobian(_ rounds: DiracRounds, at place: Double) throws -> [Double] {
    let field = try VectorField(rounds.frozen(at: place, place))
    guard field.size == 2 else {
      throw CommandFailure(
        "the part adds \(field.size - 2) numbers of its own to the game's two, which then has other eigenvalues than a pair")
    }
    let columns = try [[1.0, 0], [0, 1]].map { try field.product($0) }
    return [columns[0][0], columns[1][0], columns[0][1], columns[1][1]]
  }

  /// The eigenvalues of a 2 × 2 matrix, in closed form.
  private static func eigenvalues(_ m: [Double]) -> [ComplexNumber] {
    let (half, determinant) = ((m[0] + m[3]) / 2, m[0] * m[3] - m[1] * m[2])
    let square = half * half - determinant
    let root = abs(square).squareRoot()
    return square < 0 ? [ComplexNumber(half, root), ComplexNumber(half, -root)] : [ComplexNumber(half + root), ComplexNumber(half - root)]
  }
}
