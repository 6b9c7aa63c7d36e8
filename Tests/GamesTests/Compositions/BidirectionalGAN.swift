import Rival

/// A discriminator of pairs: (x, E(x)) or (G(z), z); encoder and generator make one player (Donahue et al. 2017, equation 3).
struct BidirectionalObjective: Objective {
  static let name = "bidirectional"
  static let summary = "Pairs of sample and code from the encoder against pairs from the generator."
  static let equation = "V = E[log D(x, E(x))] + E[log(1 - D(G(z), z))]"
  static let reference = "Donahue et al. 2017, equation 3; Dumoulin et al. 2017"

  func loss(of player: Player, in round: Round) throws -> Tensor {
    let latents = try round.latents().tensor
    let code = try round.network("encoder", round.real.tensor).output
    let samples = try round.network("generator", latents).output
    let encoded = try judged(round.real.tensor, code, round)
    let generated = try judged(samples, latents, round)
    return player == .discriminator
      ? softplus(-encoded).mean() + softplus(generated).mean() : softplus(encoded).mean() + softplus(-generated).mean()
  }

  private func judged(_ samples: Tensor, _ codes: Tensor, _ round: Round) throws -> Tensor {
    try round.network("discriminator", concatenated([samples, codes], axis: 1)).output
  }

  static let composition = NetworkGame(latent: .normal(3)) {
    NamedNetwork("generator", from: .latents) {
      Dense(32)
      ReLU()
      Dense(2)
    }
    NamedNetwork("encoder", from: .samples) {
      Dense(32)
      ReLU()
      Dense(3)
    }
    NamedNetwork("discriminator", from: .shape([5])) {
      Dense(32)
      LeakyReLU(0.2)
      Dense(1)
    }
    Side(.generator, moves: "generator", "encoder", by: Adam(learningRate: 1e-3))
    Side(.discriminator, moves: "discriminator", by: Adam(learningRate: 1e-3))
    BidirectionalObjective()
    AlternatingUpdates()
    ExponentialMovingAverage(decay: 0.9)
  }
}
