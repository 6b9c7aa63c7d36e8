import Rival

/// One generator against two discriminators, one of which rewards real samples and the other generated ones (Nguyen et al. 2017, D2GAN).
struct DualDiscriminatorObjective: Objective {
  static let name = "dual-discriminator"
  static let summary = "A generator between the KL and the reverse KL divergence, each by a discriminator of its own."
  static let equation = "alpha E[log D1(x)] - E[D1(G(z))] - E[D2(x)] + beta E[log D2(G(z))]"
  static let reference = "Nguyen et al. 2017, equation 1"

  var alpha: Double = 0.2
  var beta: Double = 0.1

  func loss(of player: Player, in round: Round) throws -> Tensor {
    let samples = try round.network("generator", round.latents().tensor).output
    // Both discriminators are positive: D = softplus(logit).
    func score(_ judge: String, _ x: Tensor) throws -> Tensor { softplus(try round.network(judge, x).output) }
    let first = alpha * log(try score("first-judge", round.real.tensor)).mean() - (try score("first-judge", samples)).mean()
    let second = beta * log(try score("second-judge", samples)).mean() - (try score("second-judge", round.real.tensor)).mean()
    switch player.name {
    case "first-judge": return -first
    case "second-judge": return -second
    default: return first + second
    }
  }

  func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits {
    Logits(try round.network("first-judge", images.tensor, given: conditions).output)
  }

  static let composition = NetworkGame(latent: .normal(4)) {
    NamedNetwork("generator", from: .latents) {
      Dense(32)
      ReLU()
      Dense(2)
    }
    for judge in ["first-judge", "second-judge"] {
      NamedNetwork(judge, from: .samples) {
        Dense(32)
        LeakyReLU(0.2)
        Dense(1)
      }
    }
    Side(.generator, moves: "generator", by: Adam(learningRate: 1e-3))
    Side(Player("first-judge"), moves: "first-judge", by: Adam(learningRate: 1e-3), isJudge: true)
    Side(Player("second-judge"), moves: "second-judge", by: RMSProp(learningRate: 1e-3), isJudge: true)
    DualDiscriminatorObjective()
    AlternatingUpdates(discriminatorSteps: 2)
  }
}
