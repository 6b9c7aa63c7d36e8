import Rival

/// An autoencoder whose codes a discriminator compares with the latent distribution (Makhzani et al. 2016, section 2).
struct AutoencodingObjective: Objective {
  static let name = "adversarial-autoencoding"
  static let summary = "Reconstruction, and codes that cannot be told from latent vectors."
  static let equation = "L_AE = |G(E(x)) - x|^2 - weight E[log D(E(x))];  L_D tells z from E(x)"
  static let reference = "Makhzani et al. 2016, section 2"

  var weight: Double = 0.1

  func loss(of player: Player, in round: Round) throws -> Tensor {
    let code = try round.network("encoder", round.real.tensor).output
    let judged = try round.network("discriminator", code).output
    guard player != .discriminator else {
      return softplus(-(try round.network("discriminator", round.latents().tensor).output)).mean() + softplus(judged).mean()
    }
    let reconstruction = square(try round.network("generator", code).output - round.real.tensor).sum(axes: [1]).mean()
    round.record("adversarial-autoencoding.reconstruction", reconstruction)
    return reconstruction + weight * softplus(-judged).mean()
  }

  static let composition = NetworkGame(latent: .normal(2)) {
    NamedNetwork("encoder", from: .samples) {
      Dense(32)
      ReLU()
      Dense(2)
    }
    NamedNetwork("generator", from: .latents) {
      Dense(32)
      ReLU()
      Dense(2)
    }
    NamedNetwork("discriminator", from: .latents) {
      Dense(32)
      LeakyReLU(0.2)
      Dense(1)
    }
    Side(.generator, moves: "encoder", "generator", by: Adam(learningRate: 1e-3))
    Side(.discriminator, moves: "discriminator", by: Adam(learningRate: 1e-3))
    AutoencodingObjective()
    AlternatingUpdates()
  }
}
