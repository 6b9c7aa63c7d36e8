import Adversarial
import Components
import Networks
import Tensors

/// All players move at once by the field and a part that turns it towards stable points: the antisymmetric half of the field's derivative.
///
/// w ← w − η (v + λ Aᵀv), A = (J − Jᵀ)/2; Balduzzi et al. 2018, section 4. With the sign criterion (algorithm 1) λ takes the sign of
/// ⟨v, ∇H⟩⟨Aᵀv, ∇H⟩/d + ε, ∇H = Jᵀv, d the number of parameters, so that the part draws to stable points and pushes away from others.
public struct SymplecticAdjustment: UpdateRule {
  public static let name = "symplectic-adjustment"
  public static let aliases = ["sga": "", "symplectic": ""]
  public static let summary = "Adds the antisymmetric part of the game's Jacobian, times the field."
  public static let equation =
    "w = w - eta (v + lambda A^T v), A = (J - J^T) / 2;  sign(lambda) = sign(<v, J^T v> <A^T v, J^T v> / d + alignment)"
  public static let reference = "Balduzzi et al. 2018, section 4 and algorithm 1"
  public static let fieldDescriptions = [
    "alignment": "What ε favours attraction in the sign criterion with, 0 or more; 1/10 in the paper",
    "lambda": "The size λ of the adjustment, 0 or more",
    "usesSigns": "Whether the sign criterion chooses the adjustment's sign; positive without",
  ]

  /// The size λ of the adjustment, 0 or more.
  public var lambda: Number = 1
  /// Whether the sign criterion chooses the adjustment's sign; positive without.
  public var usesSigns = true
  /// What ε favours attraction in the sign criterion with, 0 or more; 1/10 in the paper.
  public var alignment: Number = 0.1

  public init() {}

  public init(lambda: Number, usesSigns: Bool = true, alignment: Number = 0.1) {
    self.lambda = lambda
    self.usesSigns = usesSigns
    self.alignment = alignment
  }

  public func validateFields() throws {
    try lambda.require("lambda", of: Self.name, "0 or more") { $0 >= 0 }
    try alignment.require("alignment", of: Self.name, "0 or more") { $0 >= 0 }
  }

  public func advance(_ round: Round) throws {
    let game = try GameDerivatives(round)
    let field = game.field()
    let hamiltonian = transposedProduct(of: field, at: game.variables, with: field)
    let forward = forwardProduct(of: field, at: game.variables, along: field)
    let turn = zip(hamiltonian, forward).map { ($0 - $1) / 2 }
    var adjustment = turn.map { lambda * $0 }
    if usesSigns {
      let size = Double(max(1, game.variables.reduce(0) { $0 + $1.elementCount }))
      let criterion = innerProduct(field, hamiltonian) * innerProduct(turn, hamiltonian) / size + alignment
      round.record("symplectic-adjustment.sign", sign(criterion))
      adjustment = adjustment.map { $0 * sign(criterion) }
    }
    let moved = game.split(zip(field, adjustment).map { $0 + $1 })
    for (player, gradient) in zip(game.players, moved) {
      try round.update(player, with: round.adjusted(gradient, of: player))
    }
  }
}
