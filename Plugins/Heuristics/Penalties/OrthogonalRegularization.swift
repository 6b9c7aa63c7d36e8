import Adversarial
import Components
import Networks
import Tensors

/// Wants the columns of each weight matrix at right angles to each other; the plain form wants them of length 1, too.
///
/// β · Σ ‖WᵀW ⊙ (1 − I)‖²_F (Brock et al. 2019), or β · Σ ‖WᵀW − I‖²_F (Brock et al. 2017). W is the kernel as a matrix [everything else, outputs],
/// as the optimizer holds it; tables of classes are left alone.
public struct OrthogonalRegularization: Heuristic {
  /// What is wanted of the columns.
  public enum Form: String, ComponentChoice {
    /// Right angles.
    case offDiagonal = "off-diagonal"
    /// Right angles and length 1.
    case full
  }

  public static let name = "orthogonal-regularization"
  public static let aliases = ["ortho": "", "orthogonal": ""]
  public static let summary = "Columns of each weight matrix at right angles."
  public static let equation = "weight sum_W || W^T W * (1 - I) ||_F^2"
  public static let reference = "Brock et al. 2019, equation 3"
  public static let fieldDescriptions = [
    "appliesToDiscriminator": "Whether the discriminator's weights are regularized",
    "appliesToGenerator": "Whether the generator's weights are regularized",
    "form": "off-diagonal: right angles only; full: also length 1 (Brock et al. 2017)",
    "weight": "The weight β, not negative",
  ]

  /// β, not negative.
  public var weight: Double = 1e-4
  /// What is wanted of the columns; right angles by default.
  public var form: Form = .offDiagonal
  /// Whether the generator's weights are regularized.
  public var appliesToGenerator: Bool = true
  /// Whether the discriminator's weights are regularized.
  public var appliesToDiscriminator: Bool = false

  public init() {}

  public init(weight: Double, form: Form = .offDiagonal, appliesToGenerator: Bool = true, appliesToDiscriminator: Bool = false) {
    self.weight = weight
    self.form = form
    self.appliesToGenerator = appliesToGenerator
    self.appliesToDiscriminator = appliesToDiscriminator
  }

  public func validateFields() throws { try requireNotNegative(self, ("weight", weight)) }

  public func review(_ gan: GAN) -> [Notice] {
    appliesToGenerator || appliesToDiscriminator
      ? [] : [Notice(.warning, "\(name) applies to neither player; set appliesToGenerator or appliesToDiscriminator")]
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    appliesToDiscriminator ? try term(of: "discriminator", movedBy: .discriminator, in: round) : nil
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    appliesToGenerator ? try term(of: "generator", movedBy: .generator, in: round) : nil
  }

  private func term(of network: String, movedBy player: Player, in round: Round) throws -> Tensor {
    let described = try round.game.network(network)
    let weights = round.parameters(of: player)
    let terms: [Tensor] = described.parameters.paths.compactMap { path in
      guard let weight = weights[player.prefix(of: network) + path], weight.rank >= 2, !described.isTable(parameter: path) else {
        return nil
      }
      let axis = described.outputAxis(ofParameter: path)
      let outputs = weight.shape[axis]
      let matrix = weight.movingAxis(axis, to: weight.rank - 1).reshaped([-1, outputs])
      let places = Tensor.iota([outputs, outputs], axis: 0).isEqual(to: .iota([outputs, outputs], axis: 1))
      let identity = places.converted(to: weight.dtype)
      let products = matmul(matrix.transposed(), matrix)
      return square(form == .full ? products - identity : products * (1 - identity)).sum()
    }
    let total = terms.reduce(Tensor.zeros([], dtype: round.dtype(of: player)), +)
    round.record("orthogonal-regularization.\(player)", total)
    return weight * total
  }
}
