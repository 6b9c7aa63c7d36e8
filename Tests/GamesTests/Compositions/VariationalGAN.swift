import Rival

/// A variational autoencoder whose distance is measured in the discriminator's features (Larsen et al. 2016, algorithm 1).
struct VariationalObjective: Objective {
  static let name = "variational-adversarial"
  static let summary = "An encoder, a generator that decodes, and a discriminator whose features measure the reconstruction."
  static let equation = "L_enc = KL + L_feature;  L_dec = gamma L_feature - L_GAN;  L_dis = L_GAN"
  static let reference = "Larsen et al. 2016, algorithm 1"

  var gamma: Double = 0.1

  func loss(of player: Player, in round: Round) throws -> Tensor {
    guard let size = round.game.latent?.size else { throw NetworkError("\(Self.name) needs a latent distribution") }
    let real = round.real.tensor
    let moments = try round.network("encoder", real).output
    let (mean, logVariance) = (moments.sliced(axis: 1, 0..<size), moments.sliced(axis: 1, size..<(2 * size)))
    let noise = round.randomNormal("reparameterization", mean.shape, dtype: mean.dtype)
    let decoded = try round.network("generator", mean + exp(0.5 * logVariance) * noise).output
    let sampled = try round.network("generator", round.latents().tensor).output
    let judgedReal = try round.network("discriminator", real)
    let judgedDecoded = try round.network("discriminator", decoded)
    let judgedSampled = try round.network("discriminator", sampled)
    let hidden = try round.game.network("discriminator").lastHiddenFeature()
    let feature = square(try judgedReal.taps.feature(hidden).feature - judgedDecoded.taps.feature(hidden).feature).sum(axes: [1]).mean() / 2
    switch player.name {
    case "encoder":
      let divergence = (-0.5 * (1 + logVariance - square(mean) - exp(logVariance)).sum(axes: [1])).mean()
      round.record("variational.divergence", divergence)
      return divergence + feature
    case "generator": return gamma * feature + softplus(-judgedDecoded.output).mean() + softplus(-judgedSampled.output).mean()
    default: return softplus(-judgedReal.output).mean() + softplus(judgedDecoded.output).mean() + softplus(judgedSampled.output).mean()
    }
  }

  static let composition = NetworkGame(latent: .normal(3)) {
    NamedNetwork("encoder", from: .samples) {
      Dense(32)
      ReLU()
      Dense(6)
    }
    NamedNetwork("generator", from: .latents) {
      Dense(32)
      ReLU()
      Dense(2)
    }
    NamedNetwork("discriminator", from: .samples) {
      Dense(32)
      LeakyReLU(0.2)
      Dense(1)
    }
    Side(Player("encoder"), moves: "encoder", by: Adam(learningRate: 1e-3))
    Side(.generator, moves: "generator", by: Adam(learningRate: 1e-3))
    Side(.discriminator, moves: "discriminator", by: Adam(learningRate: 1e-3))
    VariationalObjective()
    AlternatingUpdates()
  }
}
