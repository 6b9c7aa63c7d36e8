import Rival

/// The last numbers of the latent vector are a code that a posterior network reads off the samples (Chen et al. 2016, equation 5).
struct InformationMaximization: Heuristic {
  static let name = "information-maximization"
  static let summary = "A posterior network recovers part of the latent vector from the samples."
  static let equation = "L_I = E[log Q(c | x)] + H(c),  Q = N(mu(x), I)"
  static let reference = "Chen et al. 2016, equation 5"

  var weight: Double = 0.5
  /// How many numbers of the latent vector are the code.
  var codeSize: Int = 2

  var networks: [PartNetwork] {
    [PartNetwork("posterior", from: .features(of: "discriminator"), trainedWith: .generator) { Dense(codeSize) }]
  }

  func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let latents = evaluation.latents.tensor
    let code = latents.sliced(axis: 1, (latents.shape[1] - codeSize)..<latents.shape[1])
    let hidden = try evaluation.fakeTaps.feature(round.game.network("discriminator").lastHiddenFeature()).feature
    // log N(c; mu, I) up to a constant.
    let distance = square(try round.network("posterior", hidden).output - code).sum(axes: [1]).mean()
    round.record("information-maximization.distance", distance)
    return (weight / 2) * distance
  }

  static let composition = GAN(latent: .uniform(6)) {
    Generator {
      Dense(32)
      ReLU()
      Dense(2)
    }
    Discriminator {
      Dense(32)
      LeakyReLU(0.2)
      Dense(1)
    }
    NonSaturatingLoss()
    Adam(learningRate: 1e-3)
    AlternatingUpdates()
    InformationMaximization()
  }
}
