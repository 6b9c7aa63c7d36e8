import Adversarial
import LinearAlgebra

extension VectorField {
  /// J = v′(w).
  public var jacobian: LinearOperator { LinearOperator(size: size) { try self.product($0) } }

  /// Jᵀ: the same eigenvalues, the left eigenvectors.
  public var transposedJacobian: LinearOperator { LinearOperator(size: size) { try self.transposedProduct($0) } }

  /// S = (J + Jᵀ)/2: the part of the field that descends a potential (Balduzzi et al. 2018, section 2).
  public var symmetricPart: LinearOperator { part { ($0 + $1) / 2 } }

  /// A = (J − Jᵀ)/2: the part that only turns; that of a Hamiltonian game (Balduzzi et al. 2018, section 2).
  public var antisymmetricPart: LinearOperator { part { ($0 - $1) / 2 } }

  private func part(_ combine: @escaping (Double, Double) -> Double) -> LinearOperator {
    LinearOperator(size: size) { vector in
      zip(try self.product(vector), try self.transposedProduct(vector)).map { combine($0, $1) }
    }
  }

  /// ∇²L of one player by its own parameters.
  ///
  /// - Throws: `DiagnosticsError` for a player that is not in the game.
  public func hessian(of player: Player) throws -> LinearOperator {
    let block = try block(of: player)
    return LinearOperator(size: block.range.count) { try self.hessianProduct(of: player, $0) }
  }

  /// A few eigenvalues of J at one end of its spectrum.
  ///
  /// Real parts decide the stability of the continuous game ẇ = v(w); the map that training iterates is ``UpdateMap``.
  ///
  /// - Parameters:
  ///   - count: how many; a conjugate pair is never split.
  ///   - part: `.largestReal` for stability, `.largestImaginary` for rotation, `.largestMagnitude` for the stiffest directions.
  ///   - tolerance: relative, of the solver's stopping rule.
  ///   - maximumProducts: products with J after which the solver stops with what has converged.
  public func spectrum(
    count: Int = 6, part: LinearOperator.Part = .largestReal, tolerance: Double = 1e-6, subspace: Int? = nil, maximumProducts: Int = 600
  ) throws -> Spectrum {
    try Spectrum(of: jacobian, count: count, part: part, tolerance: tolerance, subspace: subspace, maximumProducts: maximumProducts)
  }
}
