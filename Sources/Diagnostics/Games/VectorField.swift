import Adversarial
import Components
import LinearAlgebra
import Networks
import Tensors

/// The game's vector field v(w) = −(∇L₁, …, ∇Lₙ): each player's direction of steepest descent, over the parameters of all players in
/// one flat vector, in the players' order (Mescheder et al. 2017, equation 3).
///
/// With the sign of gradient *descent*, an equilibrium of ẇ = v(w) is stable where every eigenvalue of J = v′ has a negative real part
/// (Berard et al. 2020 use the opposite sign). Derivatives are exact, by automatic differentiation in float64. Batch statistics are those
/// of training; running statistics, noise and dropout masks stand still. A vector field is used by one thread at a time.
///
/// ```swift
/// let field = try VectorField(FrozenRound(trainer))
/// let rightmost = try field.spectrum(count: 4, part: .largestReal)
/// ```
public final class VectorField {
  /// A player's place in the vector.
  public struct Block: Sendable, Equatable {
    public let player: Player
    /// Which numbers of the vector are this player's parameters.
    public let range: Range<Int>
    /// By how much this player's part of the field is multiplied.
    public let rate: Double
  }

  public let frozen: FrozenRound
  /// The players' places, in order.
  public let blocks: [Block]
  /// How many parameters all players have together.
  public var size: Int { layout.size }
  /// The parameters, as the frozen round has them.
  public let point: [Double]

  let layout: VectorLayout
  private let direction: RoundFunction
  private var forward: RoundFunction?
  private var transposed: RoundFunction?
  private var hessians: [Player: RoundFunction] = [:]

  /// Compiles the field of a frozen round.
  ///
  /// - Parameter rates: multiplies a player's part: its learning rate, or a time scale τ; 1 where none is given.
  /// - Throws: `DiagnosticsError` where a player has no parameters, or what the game throws.
  public init(_ frozen: FrozenRound, rates: [Player: Double] = [:]) throws {
    self.frozen = frozen
    var variables = Parameters()
    var blocks: [Block] = []
    var start = 0
    for player in frozen.players {
      let own = frozen.game.parameters(of: player, in: frozen.state)
      guard own.elementCount > 0 else { throw DiagnosticsError("the \(player) has no parameters, so that it has no gradient") }
      variables.merge(own)
      blocks.append(Block(player: player, range: start..<(start + own.elementCount), rate: rates[player] ?? 1))
      start += own.elementCount
    }
    let layout = VectorLayout(variables)
    self.blocks = blocks
    self.layout = layout
    point = try layout.vector(of: frozen.state)
    direction = try RoundFunction(frozen, over: layout, vectors: 0) { round, variables, _ in
      try VectorField.field(blocks, round, variables, layout)
    }
  }

  /// v, one tensor for each variable. Each player's loss is taken in a round of its own, so that none sees the other's batch statistics.
  private static func field(
    _ blocks: [Block], _ round: () -> Round, _ variables: [Tensor], _ layout: VectorLayout
  ) throws -> [Tensor] {
    var result: [Tensor] = []
    for block in blocks {
      let own = zip(variables, layout.ranges).filter { block.range.contains($0.1) }.map(\.0)
      let loss = try round().loss(of: block.player).converted(to: .float64)
      result += gradient(of: loss, at: own).map { -block.rate * $0 }
    }
    return result
  }

  /// v(w).
  ///
  /// - Parameter point: where; the frozen round's parameters by default.
  public func value(at point: [Double]? = nil) throws -> [Double] {
    try direction.move(to: point ?? self.point)
    return try direction()
  }

  /// v at the frozen round's parameters, on the batches and with the random draws of another round of the same game and seed.
  ///
  /// - Throws: `DiagnosticsError` for a round under another seed.
  public func value(drawnAs other: FrozenRound) throws -> [Double] {
    try direction.draw(as: other)
    let result = try value()
    try direction.draw()
    return result
  }

  /// J u = v′(w) u at the frozen round's parameters.
  public func product(_ vector: [Double]) throws -> [Double] {
    let layout = layout
    let blocks = blocks
    let function =
      try forward
      ?? RoundFunction(frozen, over: layout, vectors: 1) { round, variables, vectors in
        forwardProduct(of: try VectorField.field(blocks, round, variables, layout), at: variables, along: vectors[0])
      }
    forward = function
    return try function(vector)
  }

  /// Jᵀ u at the frozen round's parameters.
  public func transposedProduct(_ vector: [Double]) throws -> [Double] {
    let layout = layout
    let blocks = blocks
    let function =
      try transposed
      ?? RoundFunction(frozen, over: layout, vectors: 1) { round, variables, vectors in
        gradient(of: innerProduct(try VectorField.field(blocks, round, variables, layout), vectors[0]), at: variables, followingStops: true)
      }
    transposed = function
    return try function(vector)
  }

  /// ∇²L u for one player: the second derivatives of its loss by its own parameters, times a vector over these. Rates do not apply.
  public func hessianProduct(of player: Player, _ vector: [Double]) throws -> [Double] {
    let block = try block(of: player)
    let function: RoundFunction
    if let known = hessians[player] {
      function = known
    } else {
      let own = layout.restricted(to: block.range)
      function = try RoundFunction(frozen, over: own, vectors: 1) { round, variables, vectors in
        let loss = try round().loss(of: player).converted(to: .float64)
        return gradient(of: innerProduct(gradient(of: loss, at: variables), vectors[0]), at: variables, followingStops: true)
      }
      hessians[player] = function
    }
    return try function(vector)
  }

  /// The place of a player.
  ///
  /// - Throws: `DiagnosticsError` for a player that is not in the game.
  public func block(of player: Player) throws -> Block {
    guard let block = blocks.first(where: { $0.player == player }) else {
      throw DiagnosticsError("there is no '\(player)' among \(blocks.map(\.player.name).joined(separator: ", "))")
    }
    return block
  }
}

extension Range where Bound == Int {
  fileprivate func contains(_ other: Range<Int>) -> Bool { lowerBound <= other.lowerBound && other.upperBound <= upperBound }
}
