import Adversarial
import Networks
import Tensors

/// All players' parameters as one vector, and derivatives over it: what rules of second order are written with.
///
/// Stops of gradients are followed: the discriminator's loss takes generated samples for constants, but its gradient moves when the generator does.
struct GameDerivatives {
  let players: [Player]
  /// Each player's parameters, in the players' order.
  let points: [Parameters]
  /// Each player's loss.
  let losses: [Tensor]

  /// The losses of all players where the round stands.
  init(_ round: Round) throws {
    players = round.players
    points = players.map { round.parameters(of: $0) }
    losses = try players.map { try round.loss(of: $0) }
  }

  /// The parameters of all players.
  var variables: [Tensor] { points.flatMap(\.tensors) }

  /// Each player's gradient of its own loss, one after another: the game's vector field, of descent.
  func field() -> [Tensor] {
    zip(losses, points).flatMap { gradient(of: $0, at: $1.tensors) }
  }

  /// Values over all parameters, player by player.
  func split(_ values: [Tensor]) -> [Parameters] {
    var rest = values[...]
    return points.map { point in
      defer { rest = rest.dropFirst(point.count) }
      return point.replacing(Array(rest.prefix(point.count)))
    }
  }
}

/// Σ aᵢ·bᵢ over all elements of all pairs.
func innerProduct(_ left: [Tensor], _ right: [Tensor]) -> Tensor {
  let products = zip(left, right).map { ($0 * $1).sum() }
  guard let first = products.first else { return .zeros([]) }
  return products.dropFirst().reduce(first, +)
}

/// (∂outputs/∂variables)ᵀ · vectors.
func transposedProduct(of outputs: [Tensor], at variables: [Tensor], with vectors: [Tensor]) -> [Tensor] {
  // Stops are followed, so what must stay is said to be constant.
  let held = vectors.map(\.stoppingGradient)
  return gradient(of: innerProduct(outputs, held), at: variables, treatingAsConstant: held, followingStops: true)
}

/// ∂outputs/∂variables · vectors: the transposed product is linear in its vectors, so its derivative by them is the product (Pearlmutter 1994).
func forwardProduct(of outputs: [Tensor], at variables: [Tensor], along vectors: [Tensor]) -> [Tensor] {
  let cotangents = outputs.map { Tensor.zeros($0.shape, dtype: $0.dtype) }
  let pulled = gradient(of: innerProduct(outputs, cotangents), at: variables, followingStops: true)
  return gradient(of: innerProduct(pulled, vectors), at: cotangents)
}
