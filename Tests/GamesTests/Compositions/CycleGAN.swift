import Rival

/// Two domains without pairs: a translator each way, a judge of each domain, and the way back must end where it began (Zhu et al. 2017).
struct CycleObjective: Objective {
  static let name = "cycle"
  static let summary = "Adversarial losses in both domains and cycle consistency, by least squares."
  static let equation = "L = L_GAN(F, D_B) + L_GAN(B, D_A) + lambda (|B(F(a)) - a| + |F(B(b)) - b|)"
  static let reference = "Zhu et al. 2017, equation 3"

  var weight: Double = 10
  var from = "ring"
  var to = "roll"

  var sampleConditions: [String] { [from] }

  func loss(of player: Player, in round: Round) throws -> Tensor {
    guard let a = round.batch[from]?.tensor, let b = round.batch[to]?.tensor else {
      throw NetworkError("\(Self.name) needs data with the fields '\(from)' and '\(to)'")
    }
    func run(_ network: String, _ x: Tensor) throws -> Tensor { try round.network(network, x).output }
    let (forth, back) = (try run("forward", a), try run("backward", b))
    if player == .discriminator {
      func judge(_ name: String, _ real: Tensor, _ fake: Tensor) throws -> Tensor {
        square(try run(name, real) - 1).mean() + square(try run(name, fake)).mean()
      }
      return try judge("judge-to", b, forth) + judge("judge-from", a, back)
    }
    let fooled = square(try run("judge-to", forth) - 1).mean() + square(try run("judge-from", back) - 1).mean()
    let cycle = abs(try run("backward", forth) - a).mean() + abs(try run("forward", back) - b).mean()
    round.record("cycle.distance", cycle)
    return fooled + weight * cycle
  }

  /// The first domain's samples, translated into the second.
  func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images {
    guard let a = conditions[from] else { throw NetworkError("translating needs samples of '\(from)'") }
    return Images(try round.network("forward", a.tensor).output)
  }

  func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits {
    Logits(try round.network("judge-to", images.tensor).output)
  }

  static let data = UnpairedSources(["ring": RingOfGaussians(radius: 1), "roll": SwissRoll()])

  static let composition = game(of: CycleObjective())

  /// The same game with the objective that comes with Rival.
  static let builtIn = game(of: CycleConsistency(from: "ring", to: "roll", identityWeight: 0.5))

  private static func game(of objective: any Objective) -> NetworkGame {
    NetworkGame {
      for translator in ["forward", "backward"] {
        NamedNetwork(translator, from: .samples) {
          Dense(32)
          ReLU()
          Dense(2)
        }
      }
      for judge in ["judge-to", "judge-from"] {
        NamedNetwork(judge, from: .samples) {
          Dense(32)
          LeakyReLU(0.2)
          Dense(1)
        }
      }
      Side(.generator, moves: "forward", "backward", by: Adam(learningRate: 1e-3))
      Side(.discriminator, moves: "judge-to", "judge-from", by: Adam(learningRate: 1e-3))
      objective
      AlternatingUpdates()
    }
  }
}
