import Rival

/// Puts NaN into the gradient of one parameter in one round.
struct PlantedNaN: Heuristic {
  static let name = "planted-nan"
  static let summary = "NaN in one gradient of one round."

  /// The player, by name.
  var player = "generator"
  /// The parameter, by its path among the player's own.
  var path = ""
  /// The round, counted from 0.
  var step = 0

  init() {}
  init(player: Player, path: String, step: Int) {
    self.player = "\(player)"
    self.path = path
    self.step = step
  }

  func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters {
    guard "\(player)" == self.player else { return gradient }
    let distance = abs(round.step.converted(to: round.dtype(of: player)) - Double(step))
    return gradient.mapped { path, tensor in
      guard path == self.path else { return tensor }
      return select(
        distance.isLess(than: 0.5).broadcast(to: tensor.shape), Tensor([.nan], shape: []).broadcast(to: tensor.shape), tensor)
    }
  }
}

extension PlantedPathology {
  /// Where the NaN of a seed is planted.
  static func place(seed: UInt64) -> PlantedNaN {
    let players: [Player] = [.generator, .discriminator]
    let paths = ["00_dense/weight", "02_dense/bias", "04_dense/weight"]
    return PlantedNaN(
      player: players[Int(seed) % 2], path: paths[Int(seed) % 3], step: Int(draw("step", in: 150...350, seed: seed)))
  }

  /// A number that is not finite, in a run that has just begun to learn.
  static let numbers: [PlantedPathology] = [
    PlantedPathology("NaN in a gradient", .numeric) { seed in
      var ring = clean
      ring.rounds = 400
      ring.heuristics.append(place(seed: seed))
      return try ring.trained(seed: seed)
    }
  ]
}
