import Rival

/// Several generators against one discriminator that also tells which of them made a sample (Ghosh et al. 2018, MAD-GAN).
struct SeveralGeneratorsObjective: Objective {
  static let name = "several-generators"
  static let summary = "The discriminator names the maker of each sample; every generator wants to be taken for the data."
  static let equation = "D: k + 1 classes, cross-entropy;  G_i: -E[log D_real(G_i(z))]"
  static let reference = "Ghosh et al. 2018, section 3.1"

  var generators: Int = 3

  static func name(of index: Int) -> String { "generator-\(index)" }

  func loss(of player: Player, in round: Round) throws -> Tensor {
    let n = round.batchSize
    func makers(_ index: Int, _ x: Tensor) throws -> Tensor {
      let classes = Tensor.iota([n, generators + 1], axis: 1).isEqual(to: Double(index)).converted(to: x.dtype)
      return crossEntropy(try round.network("discriminator", x).output, classes)
    }
    func samples(_ index: Int) throws -> Tensor {
      try round.network(Self.name(of: index), round.latents("latent \(index)").tensor).output
    }
    guard player == .discriminator else {
      let index = (0..<generators).first { Self.name(of: $0) == player.name } ?? 0
      return try makers(generators, samples(index))
    }
    var total = try makers(generators, round.real.tensor)
    for index in 0..<generators { total += try makers(index, samples(index)) }
    return total
  }

  /// Each generator makes samples for the latent vectors whose first number lies in its part.
  func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images {
    let first = latents.tensor.sliced(axis: 1, 0..<1)
    var result = try round.network(Self.name(of: 0), latents.tensor).output
    for index in 1..<generators {
      let bound = [-0.43, 0.43, 1.2, 2][min(index - 1, 3)]
      let own = try round.network(Self.name(of: index), latents.tensor).output
      result = select(first.isGreater(than: bound).broadcast(to: result.shape), own, result)
    }
    return Images(result)
  }

  func judged(_ images: Images, given conditions: Batch, in round: Round) throws -> Logits {
    let logits = try round.network("discriminator", images.tensor, given: conditions).output
    return Logits(logits.sliced(axis: 1, generators..<(generators + 1)))
  }

  static let composition = NetworkGame(latent: .normal(4)) {
    for index in 0..<3 {
      NamedNetwork(name(of: index), from: .latents) {
        Dense(24)
        ReLU()
        Dense(2)
      }
      Side(Player(name(of: index)), moves: name(of: index), by: Adam(learningRate: 1e-3))
    }
    NamedNetwork("discriminator", from: .samples) {
      Dense(32)
      LeakyReLU(0.2)
      Dense(4)
    }
    Side(.discriminator, moves: "discriminator", by: Adam(learningRate: 1e-3))
    SeveralGeneratorsObjective()
    AlternatingUpdates()
  }
}
