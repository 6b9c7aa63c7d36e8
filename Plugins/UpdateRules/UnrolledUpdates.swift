import Adversarial
import Components
import Networks
import Tensors

/// The generator looks at the discriminator as it will be k of its steps later, and follows how these steps answer to it; then both move from where they stood.
///
/// θ ← θ − η dL_G(θ, ψ_K(θ))/dθ, ψ_{k+1} = ψ_k − η ∂L_D(θ, ψ_k)/∂ψ; ψ ← ψ − η ∂L_D(θ, ψ)/∂ψ: equations 4 to 9 of Metz et al. 2017. The steps are the
/// judges' own optimizers'; what these divide by (Adam's running squares) is held, whose root has no slope at zero. All k steps see the round's one batch.
public struct UnrolledUpdates: UpdateRule {
  public static let name = "unrolled"
  public static let summary = "The generator's gradient through k further discriminator updates."
  public static let equation = "theta = theta - eta d L_G(theta, psi_k(theta)) / d theta;  psi = psi - eta grad L_D(theta, psi)"
  public static let reference = "Metz et al. 2017, equations 4 to 9"
  public static let fieldDescriptions = [
    "followsAnswers": "Whether the gradient goes through the k steps, as in the paper; else they only change the point that it is taken at",
    "steps": "Updates k of the discriminator that are looked ahead, from 1 to 50; 5 or 10 in the paper",
  ]

  /// Updates k of the discriminator that are looked ahead, from 1 to 50; 5 or 10 in the paper.
  public var steps = 5
  /// Whether the gradient goes through the k steps, as in the paper; else they only change the point that it is taken at.
  public var followsAnswers = true

  public init() {}

  public init(steps: Int, followsAnswers: Bool = true) {
    self.steps = steps
    self.followsAnswers = followsAnswers
  }

  public func validateFields() throws {
    guard (1...50).contains(steps) else {
      throw ComponentError(component: Self.name, field: "steps", value: steps, expected: "from 1 to 50")
    }
  }

  public func advance(_ round: Round) throws {
    let judges = round.game.judges
    guard !judges.isEmpty else {
      throw NetworkError(
        "\(name) looks at what the judges will do, but this game has none; say isJudge: true of a player, or use extragradient")
    }
    let makers = round.players.filter { !judges.contains($0) }
    let looking = try makers.map { try ($0, gradient(of: $0, against: judges, in: round)) }
    let judging = try judges.map { try ($0, round.gradient(of: $0)) }
    for (player, gradient) in judging + looking { try round.update(player, with: gradient) }
  }

  /// The gradient of a player's loss after the judges' steps, along these too.
  private func gradient(of player: Player, against judges: [Player], in round: Round) throws -> Parameters {
    let weights = round.parameters(of: player)
    let known = round.scalings.count
    let gradient = try round.undoing {
      for _ in 0..<steps {
        let gradients = try judges.map { try round.gradient(of: $0) }
        for (judge, gradient) in zip(judges, gradients) { try round.extrapolate(judge, with: gradient) }
      }
      // The point where the judges arrive, as variables of its own: the loss's slope there, and then that of the way.
      let arrived = judges.map { round.parameters(of: $0) }
      let held = arrived.map { $0.mapped { $1.stoppingGradient } }
      for (judge, point) in zip(judges, held) { try round.setParameters(point, of: judge) }
      let loss = try round.loss(of: player)
      let ends = held.flatMap(\.tensors)
      let slopes = Tensors.gradient(of: loss, at: weights.tensors + ends)
      var direct = Array(slopes.prefix(weights.count))
      if followsAnswers {
        let slope = slopes.dropFirst(weights.count).map(\.stoppingGradient)
        let answers = Tensors.gradient(
          of: innerProduct(arrived.flatMap(\.tensors), slope), at: weights.tensors,
          treatingAsConstant: round.scalings.dropFirst(known) + slope, followingStops: true)
        direct = zip(direct, answers).map { $0 + $1 }
      }
      return weights.replacing(direct)
    }
    return try round.adjusted(gradient, of: player)
  }
}
