import Adversarial
import Components
import LinearAlgebra
import Networks
import Tensors

/// The map F that training iterates: one whole round, with its optimizers, update rule and heuristics as they are.
///
/// Near an equilibrium the spectral radius ρ(F′) decides: below 1 a disturbance dies out, above 1 it grows (Mescheder et al. 2017,
/// proposition 4; Gidel et al. 2019). F′ is taken exactly, in float64, over all players' parameters and the optimizers' memory (momentum).
/// What only scales the step — Adam's and RMSProp's running squares, see `Optimizer.scalingSlots` — is held at its value after the round,
/// so that F is the preconditioned step that is taken; buffers, averaged weights and heuristics' state stand still too.
///
/// ```swift
/// let spectrum = try UpdateMap(FrozenRound(trainer)).spectrum(count: 6)
/// print(spectrum.radius ?? .nan)
/// ```
///
/// An update map is used by one thread at a time.
public final class UpdateMap {
  public let frozen: FrozenRound
  /// The paths of the variables in the state, in their order in the vector.
  public var paths: [String] { layout.paths }
  /// How many numbers the map moves.
  public var size: Int { layout.size }
  /// The variables, as the frozen round has them.
  public let point: [Double]

  let layout: VectorLayout
  private var map: RoundFunction?
  private var forward: RoundFunction?
  private var transposed: RoundFunction?

  /// The update map of a frozen round.
  ///
  /// - Throws: `DiagnosticsError` where there is nothing to move, or what the game throws.
  public init(_ frozen: FrozenRound) throws {
    self.frozen = frozen
    var variables = Parameters()
    for player in frozen.players {
      variables.merge(frozen.game.parameters(of: player, in: frozen.state))
    }
    for player in frozen.players {
      let prefix = StatePath.optimizer(of: player)
      let scaling = try frozen.game.optimizer(for: player).scalingSlots
      for (path, tensor) in frozen.state.subtree(prefix) where tensor.dtype.isFloatingPoint {
        if !scaling.contains(where: { path.hasPrefix($0 + "/") }) { variables[prefix + path] = tensor }
      }
    }
    guard variables.elementCount > 0 else { throw DiagnosticsError("no player of the game has parameters, so that nothing moves") }
    layout = VectorLayout(variables)
    point = try layout.vector(of: frozen.state)
  }

  private static func outputs(_ frozen: FrozenRound, _ round: Round, _ layout: VectorLayout) throws -> [Tensor] {
    try frozen.updateRule.play(round)
    return layout.paths.map { round.state[$0] ?? .invalid(TensorError("state '\($0)' was lost in the round")) }
  }

  /// F(w): the variables after one round from `point` (the frozen round's by default). Nothing is held back here: the scaling slots move
  /// with the gradient, as they do in training.
  public func value(at point: [Double]? = nil) throws -> [Double] {
    let function =
      try map
      ?? RoundFunction(frozen, over: layout, vectors: 0) { [frozen, layout] round, _, _ in
        try UpdateMap.outputs(frozen, round(), layout)
      }
    map = function
    try function.move(to: point ?? self.point)
    return try function()
  }

  /// F′ u at the frozen round's variables.
  public func product(_ vector: [Double]) throws -> [Double] {
    let function =
      try forward
      ?? RoundFunction(frozen, over: layout, vectors: 1) { [frozen, layout] round, variables, vectors in
        let round = round()
        let outputs = try UpdateMap.outputs(frozen, round, layout)
        return forwardProduct(of: outputs, at: variables, along: vectors[0], treatingAsConstant: round.scalings)
      }
    forward = function
    return try function(vector)
  }

  /// F′ᵀ u at the frozen round's variables.
  public func transposedProduct(_ vector: [Double]) throws -> [Double] {
    let function =
      try transposed
      ?? RoundFunction(frozen, over: layout, vectors: 1) { [frozen, layout] round, variables, vectors in
        let round = round()
        let outputs = try UpdateMap.outputs(frozen, round, layout)
        return gradient(
          of: innerProduct(outputs, vectors[0]), at: variables, treatingAsConstant: round.scalings, followingStops: true)
      }
    transposed = function
    return try function(vector)
  }

  /// F′.
  public var jacobian: LinearOperator { LinearOperator(size: size) { try self.product($0) } }

  /// The eigenvalues of F′ of the largest magnitude: the ones that decide stability.
  ///
  /// - Parameters:
  ///   - count: how many; a conjugate pair is never split.
  ///   - tolerance: relative, of the solver's stopping rule; by default 1e-6, or 1e-3 for a round that is computed in float32.
  ///   - subspace: vectors of the Krylov space; the solver's choice by default.
  ///   - maximumProducts: products with F′ after which the solver stops with what has converged.
  /// - Throws: `LinearAlgebraError` where a product is not finite.
  public func spectrum(
    count: Int = 6, tolerance: Double? = nil, subspace: Int? = nil, maximumProducts: Int = 600
  ) throws -> Spectrum {
    try Spectrum(
      of: jacobian, count: count, part: .largestMagnitude, tolerance: tolerance ?? (frozen.isLarge ? 1e-3 : 1e-6), subspace: subspace,
      maximumProducts: maximumProducts)
  }
}
