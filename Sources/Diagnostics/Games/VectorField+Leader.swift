import Adversarial
import LinearAlgebra
import Tensors

extension VectorField {
  /// The slope of the leader's loss when the follower answers: ∇ₓL₁ − (∇ᵧₓL₂)ᵀ (∇ᵧᵧL₂ + μ)⁻¹ ∇ᵧL₁ (Fiez et al. 2020, equation 3). It
  /// vanishes at a Stackelberg equilibrium, of games that are not zero-sum too.
  ///
  /// - Parameter damping: μ ≥ 0, added to the follower's curvature.
  /// - Returns: one number for each of the first player's parameters.
  /// - Throws: `DiagnosticsError` where the game does not have two players or the follower's loss curves downwards.
  public func leaderGradient(damping: Double = 0) throws -> [Double] {
    let (leader, follower) = try leaderAndFollower()
    let cross = try RoundFunction(frozen, over: layout.restricted(to: follower.range), vectors: 0) { round, variables, _ in
      // The leader's own loss may take the follower for a constant; its slope along the answer is what is asked for.
      gradient(of: try round().loss(of: leader.player).converted(to: .float64), at: variables, followingStops: true)
    }
    let answer = try follow(cross(), damping)
    let back = try transposedProduct(Array(repeating: 0, count: leader.range.count) + answer)
    let value = try self.value()
    return leader.range.map { -value[$0] / leader.rate + back[$0] / follower.rate }
  }

  /// The Schur complement ∇ₓₓL₁ − ∇ₓᵧL₁ (∇ᵧᵧL₂ + μ)⁻¹ ∇ᵧₓL₂ of a game with two players: how the leader's loss curves when the follower
  /// answers (Fiez et al. 2020, equation 4). Each product solves one system by conjugate gradients.
  public func leaderCurvatureAlongAnswer(damping: Double = 0) throws -> LinearOperator {
    let (leader, follower) = try leaderAndFollower()
    return LinearOperator(size: leader.range.count) { vector in
      // J holds −∇² row block by row block, times the player's rate.
      let image = try self.product(vector + Array(repeating: 0, count: follower.range.count))
      let own = image[leader.range].map { -$0 / leader.rate }
      let push = image[follower.range].map { -$0 / follower.rate }
      let answer = try self.follow(push, damping)
      let back = try self.product(Array(repeating: 0, count: leader.range.count) + answer)
      return zip(own, back[leader.range]).map { $0 + $1 / leader.rate }
    }
  }

  /// (∇ᵧᵧL₂ + μ)⁻¹ times a vector.
  private func follow(_ vector: [Double], _ damping: Double) throws -> [Double] {
    let (_, follower) = try leaderAndFollower()
    let answer = try ConjugateGradients(
      hessian(of: follower.player), vector, damping: damping, tolerance: frozen.isLarge ? 1e-4 : 1e-10,
      iterations: frozen.isLarge ? 50 : max(200, min(vector.count, 1_000)))
    guard !answer.metNegativeCurvature else {
      throw DiagnosticsError("the \(follower.player)'s loss does not curve upwards everywhere; raise the damping above \(damping)")
    }
    return answer.solution
  }

  private func leaderAndFollower() throws -> (Block, Block) {
    guard blocks.count == 2, blocks.allSatisfy({ $0.rate > 0 }) else {
      throw DiagnosticsError("a leader and a follower need a game of two players with positive rates, not of \(blocks.count)")
    }
    return (blocks[0], blocks[1])
  }
}
