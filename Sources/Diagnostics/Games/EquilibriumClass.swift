import Adversarial
import LinearAlgebra

/// What kind of point a game with two players stands at: the second-order conditions of its equilibria.
///
/// The first player leads, the second follows (a GAN's generator and discriminator). A GAN often ends at a stable point that is no Nash
/// equilibrium, with good samples (Berard et al. 2020); a Nash equilibrium need not exist (Farnia and Ozdaglar 2020). That is no failure.
/// Without stationarity the classes mean nothing.
public struct EquilibriumClass: Sendable {
  public enum Kind: String, Sendable, Codable {
    /// The field does not vanish here: there is nothing to classify.
    case notStationary
    /// Each player's loss curves upwards in its own parameters: a strict local Nash equilibrium (Ratliff et al. 2016).
    case localNash
    /// The follower's loss curves upwards, and so does the leader's along the follower's answer: a strict local minimax point, or
    /// differential Stackelberg equilibrium (Jin et al. 2020, proposition 5; Fiez et al. 2020, definition 4). Not a Nash equilibrium.
    case strictLocalMinimax
    /// All eigenvalues of J that were found have negative real parts, but it is neither of the above.
    case stableStationaryPoint
    /// J has an eigenvalue with a positive real part.
    case unstable
    /// The eigenvalues are too close to 0, or did not converge.
    case inconclusive
  }

  public let stationarity: Stationarity
  /// The largest real part of J's eigenvalues, at the field's rates; `nil` where none converged.
  public let largestReal: Double?
  /// The smallest eigenvalue of the first player's ∇²L by its own parameters; `nil` where none converged.
  public let leaderCurvature: Double?
  /// The smallest eigenvalue of the second player's ∇²L by its own parameters; `nil` where none converged.
  public let followerCurvature: Double?
  /// The smallest real part of the eigenvalues of ∇ₓₓL₁ − ∇ₓᵧL₁ (∇ᵧᵧL₂ + μ)⁻¹ ∇ᵧₓL₂; `nil` where the follower's curvature is not
  /// positive or none converged.
  public let leaderCurvatureAlongAnswer: Double?
  /// μ.
  public let damping: Double
  /// Numbers up to this size count as zero: a millionth of the largest curvature.
  public let resolution: Double

  /// Whether every eigenvalue found has a negative real part; `nil` where that cannot be said.
  public var isStable: Bool? { sign(largestReal).map { $0 < 0 } }

  /// Whether both own curvatures are positive; `nil` where one is unknown.
  public var isLocalNash: Bool? {
    guard let leaderCurvature, let followerCurvature else { return nil }
    return min(leaderCurvature, followerCurvature) > resolution
  }

  /// Whether the follower's curvature, and the leader's along the follower's answer, are positive; `nil` where the answer is not unique.
  public var isStrictLocalMinimax: Bool? {
    guard let sign = sign(followerCurvature) else { return nil }
    guard sign > 0 else { return false }
    return self.sign(leaderCurvatureAlongAnswer).map { $0 > 0 }
  }

  public var kind: Kind {
    guard stationarity.isStationary else { return .notStationary }
    if isLocalNash == true { return .localNash }
    if isStrictLocalMinimax == true { return .strictLocalMinimax }
    switch isStable {
    case true: return .stableStationaryPoint
    case false: return .unstable
    default: return .inconclusive
    }
  }

  private func sign(_ value: Double?) -> Double? { value.flatMap { abs($0) > resolution ? ($0 < 0 ? -1 : 1) : nil } }

  /// Classifies the point at which a field stands.
  ///
  /// - Parameters:
  ///   - field: of a game with two players; its rates set the time scales of J and nothing else.
  ///   - draws: other rounds at the same state and seed, for the noise of the field: `FrozenRound(trainer, state: trainer.state, step: k)`.
  ///   - damping: μ ≥ 0, added to the follower's curvature before it is inverted.
  ///   - tolerance: the length up to which the field counts as zero where there is no noise.
  ///   - maximumProducts: products after which each eigenproblem stops.
  /// - Throws: `DiagnosticsError` for a game that does not have two players.
  public init(
    of field: VectorField, draws: [FrozenRound] = [], damping: Double = 0, tolerance: Double = 1e-6, maximumProducts: Int = 600
  ) throws {
    guard field.blocks.count == 2, field.blocks.allSatisfy({ $0.rate > 0 }) else {
      throw DiagnosticsError(
        "the class of an equilibrium is defined here for two players with positive rates, not for \(field.blocks.count)")
    }
    guard damping >= 0 else { throw DiagnosticsError("the damping is \(damping), but must not be negative") }
    stationarity = try Stationarity(draws: [field.value()] + draws.map { try field.value(drawnAs: $0) }, tolerance: tolerance)
    self.damping = damping
    let (leader, follower) = (field.blocks[0], field.blocks[1])
    func extreme(_ linearOperator: LinearOperator, _ part: LinearOperator.Part) throws -> Double? {
      let pairs = try linearOperator.eigenpairs(
        count: 1, part: part, tolerance: field.frozen.isLarge ? 1e-3 : 1e-6, maximumProducts: maximumProducts)
      return pairs.first.map(\.value.real)
    }
    let hessians = try (field.hessian(of: leader.player), field.hessian(of: follower.player))
    let scale = try max(
      abs(extreme(hessians.0, .largestMagnitude) ?? 0), abs(extreme(hessians.1, .largestMagnitude) ?? 0),
      field.jacobian.eigenpairs(count: 1, tolerance: 1e-3, maximumProducts: maximumProducts).first?.value.magnitude ?? 0)
    let resolution = 1e-6 * scale
    self.resolution = resolution
    largestReal = try extreme(field.jacobian, .largestReal)
    leaderCurvature = try extreme(hessians.0, .smallestReal)
    let followerCurvature = try extreme(hessians.1, .smallestReal)
    self.followerCurvature = followerCurvature
    // Each product solves a system; elsewhere than at a stationary point nobody asks.
    if let followerCurvature, followerCurvature + damping > resolution, stationarity.isStationary {
      leaderCurvatureAlongAnswer = try extreme(field.leaderCurvatureAlongAnswer(damping: damping), .smallestReal)
    } else {
      leaderCurvatureAlongAnswer = nil
    }
  }
}
