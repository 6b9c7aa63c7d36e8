import Adversarial
import Components
import Networks
import Tensors

/// Keeps a running average of the generator's weights, from which samples are drawn; training does not see it.
///
/// a ← d·a + (1 − d)·θ after each update, with d = min(decay, (1 + t) / (10 + t)) while warming up.
///
/// Running statistics of layers (batch norm's) belong to the weights that they were gathered with. Those of the average are estimated when it is
/// sampled from: as in training, over ``statisticsBatches`` batches of 256 latent vectors, beginning with those of the live generator, of which
/// (1 − momentum)^batches is left: 3e-5 with batch norm's usual 0.1 (standing statistics: Brock et al. 2019, section 3.1).
public struct ExponentialMovingAverage: WeightAverage {
  public static let name = "exponential-moving-average"
  public static let aliases = ["ema": ""]
  public static let summary = "A running average of the generator's weights, used for sampling."
  public static let equation = "a = decay a + (1 - decay) theta"
  public static let reference = "Yazici et al. 2019, equation 5"
  public static let fieldDescriptions = [
    "decay": "The decay d of the average, in [0, 1)",
    "statisticsBatches":
      """
    Batches of latent vectors over which running statistics are estimated for the average, 0 to 100,000; 0 takes those of the live \
    generator
    """,
    "warmsUp": "Whether the decay starts low and grows, so that the average forgets the initial weights quickly",
  ]

  /// d, in [0, 1).
  public var decay: Double = 0.999
  /// Whether the decay starts low and grows, so that the average forgets the initial weights quickly.
  public var warmsUp: Bool = true

  /// Batches of latent vectors over which running statistics are estimated for the average, 0 to 100,000; 0 takes those of the live generator.
  public var statisticsBatches: Int = 100

  public init() {}

  public init(decay: Double, warmsUp: Bool = true, statisticsBatches: Int = 100) {
    self.decay = decay
    self.warmsUp = warmsUp
    self.statisticsBatches = statisticsBatches
  }

  public var averagedSet: String { "ema" }

  public func validateFields() throws {
    guard (0..<1).contains(decay) else {
      throw ComponentError(component: Self.name, field: "decay", value: decay, expected: "in [0, 1)")
    }
    guard (0...100_000).contains(statisticsBatches) else {
      throw ComponentError(component: Self.name, field: "statisticsBatches", value: statisticsBatches, expected: "from 0 to 100000")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard gan.heuristics.count(where: { $0 is ExponentialMovingAverage }) > 1 else { return [] }
    return [Notice(.error, "there is more than one \(Self.name), and all would write the same average; keep one")]
  }

  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters {
    guard !round.game.judges.contains(player) else { return parameters }
    let dtype = round.dtype(of: player)
    var d = Tensor(decay, dtype: dtype)
    if warmsUp {
      let t = round.step.converted(to: dtype)
      d = minimum((t + 1) / (t + 10), decay)
    }
    let average = try round.shadow(averagedSet, of: player)
    try round.setShadow(averagedSet, of: player, to: average.zipped(with: parameters) { $0 + (1 - d) * ($1 - $0) })
    return parameters
  }
}
