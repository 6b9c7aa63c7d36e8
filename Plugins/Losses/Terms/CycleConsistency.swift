import Adversarial
import Components
import Networks
import Tensors

/// Two domains without pairs: a translator each way, a judge of each domain, and the way back must end where it began.
///
/// The game has the networks `forward` and `backward`, moved by the generator, and `judge-to` and `judge-from`, moved by the discriminator. The
/// adversarial loss is the paper's least squares. Without the paper's buffer of earlier translations.
public struct CycleConsistency: Objective {
  public static let name = "cycle-consistency"
  public static let aliases = ["cyclegan": ""]
  public static let summary = "Adversarial losses in two domains, and translations that lead back (CycleGAN)."
  public static let equation =
    "L = LS(F, D_B) + LS(B, D_A) + weight (E|B(F(a)) - a| + E|F(B(b)) - b| + identityWeight (E|F(b) - b| + E|B(a) - a|))"
  public static let reference = "Zhu et al. 2017, equation 3; the identity term of section 5.2"
  public static let fieldDescriptions = [
    "from": "The data's field that is translated forward",
    "identityWeight": "The weight of the identity term as a part of the cycle's, not negative; the paper has 0.5 for paintings",
    "to": "The data's field that forward translations shall look like",
    "weight": "The weight of the way back, not negative",
  ]

  /// The weight λ of the way back, not negative.
  public var weight = 10.0
  /// The weight of the identity term as a part of the cycle's, not negative; the paper has 0.5 for paintings.
  public var identityWeight = 0.0
  /// The data's field that is translated forward.
  public var from = "a"
  /// The data's field that forward translations shall look like.
  public var to = "b"

  public init() {}

  /// An objective between two fields of the data.
  public init(from: String, to: String, weight: Double = 10, identityWeight: Double = 0) {
    self.from = from
    self.to = to
    self.weight = weight
    self.identityWeight = identityWeight
  }

  public func validateFields() throws {
    try checkWeight("weight", weight)
    try checkWeight("identityWeight", identityWeight)
  }

  public func review(_ game: NetworkGame) -> [Notice] {
    let missing = ["forward", "backward", "judge-to", "judge-from"].filter { name in !game.networks.contains { $0.name == name } }
    return missing.map {
      Notice(.error, "\(name) needs a network '\($0)'; add NamedNetwork(\"\($0)\", from: .samples) { … }", reference: Self.reference)
    }
  }

  public var sampleConditions: [String] { [from] }

  public func loss(of player: Player, in round: Round) throws -> Tensor {
    let (a, b) = (try samples(from, round.batch), try samples(to, round.batch))
    func run(_ network: String, _ x: Tensor) throws -> Tensor { try round.network(network, x).output }
    let (forth, back) = (try run("forward", a), try run("backward", b))
    guard player != .discriminator else {
      func judge(_ name: String, _ real: Tensor, _ fake: Tensor) throws -> Tensor {
        0.5 * (square(try run(name, real) - 1).mean() + square(try run(name, fake)).mean())
      }
      return try judge("judge-to", b, forth.stoppingGradient) + judge("judge-from", a, back.stoppingGradient)
    }
    let fooled = square(try run("judge-to", forth) - 1).mean() + square(try run("judge-from", back) - 1).mean()
    let cycle = abs(try run("backward", forth) - a).mean() + abs(try run("forward", back) - b).mean()
    round.record("\(name).distance", cycle)
    guard identityWeight > 0 else { return fooled + weight * cycle }
    let identity = abs(try run("forward", b) - b).mean() + abs(try run("backward", a) - a).mean()
    return fooled + weight * (cycle + identityWeight * identity)
  }

  /// The first domain's samples, translated into the second.
  public func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images {
    Images(try round.network("forward", samples(from, conditions)).output)
  }

  public func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits {
    Logits(try round.network("judge-to", images.tensor).output)
  }

  private func samples(_ field: String, _ batch: Batch) throws -> Tensor {
    guard let entry = batch[field] else {
      throw NetworkError("\(name) translates '\(field)', but the data has \(batch.names.joined(separator: ", ")); set from and to")
    }
    return entry.tensor
  }
}
