import Adversarial
import Components
import Networks
import Tensors

/// The generator learns from the k samples of its batch that the discriminator thinks most real; k falls from the whole batch to a share of it.
///
/// k = max(smallest · n, n · decayᵗ), t the number of periods. The gradient is that of the mean loss of these k samples; the recorded loss is
/// that of all.
public struct TopKTraining: Heuristic {
  public static let name = "top-k"
  public static let summary = "The generator learns from its most real samples only."
  public static let equation = "grad_theta 1/k sum_{top k} L_G(D(G(z_i))), k = max(smallest n, n decay^(t / period))"
  public static let reference = "Sinha et al. 2020 (Top-k training of GANs), algorithm 1"
  public static let fieldDescriptions = [
    "decay": "The factor of k from one period to the next, in (0, 1]",
    "period": "The rounds of a period, at least 1; the paper's are epochs",
    "smallest": "The smallest share of the batch, in (0, 1]",
  ]

  /// The smallest share of the batch, in (0, 1].
  public var smallest: Double = 0.5
  /// The factor of k from one period to the next, in (0, 1].
  public var decay: Double = 0.99
  /// The rounds of a period, at least 1; the paper's are epochs.
  public var period: Int = 1000

  public init() {}

  public init(smallest: Double, decay: Double = 0.99, period: Int = 1000) {
    (self.smallest, self.decay, self.period) = (smallest, decay, period)
  }

  public func validateFields() throws {
    for (field, value) in [("smallest", smallest), ("decay", decay)] where !(value > 0 && value <= 1) {
      throw ComponentError(component: name, field: field, value: value, expected: "in (0, 1]")
    }
    try requireCount(self, "period", period)
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard let other = gan.heuristics.first(where: \.replacesGeneratorLoss) else { return [] }
    return [
      Notice(
        .warning,
        "\(name) chooses samples for the generator's adversarial loss, which \(other.name) takes the place of; leave one of them out",
        reference: Self.reference)
    ]
  }

  public func logits(_ logits: Logits, of images: Images, role: SampleRole, in round: Round) throws -> Logits {
    guard role == .fake, let player = round.player, !round.game.judges.contains(player) else { return logits }
    let all = logits.tensor
    let count = all.shape[0]
    let periods = floor(round.step.converted(to: all.dtype) / Double(period))
    let share = maximum(pow(Tensor(decay, dtype: all.dtype), periods), smallest)
    let kept = maximum(floor(share * Double(count)), 1)
    round.record("top-k.kept", kept)
    // A sample's rank is how many come before it: those with a higher logit, and the earlier ones of the same.
    let score = all.flattened(from: 1).mean(axes: [1]).stoppingGradient
    let (own, other) = (score.reshaped([count, 1]), score.reshaped([1, count]))
    let isEarlier = Tensor.iota([count, count], axis: 1).isLess(than: Tensor.iota([count, count], axis: 0)).converted(to: all.dtype)
    let rank = (other.isGreater(than: own).converted(to: all.dtype) + other.isEqual(to: own).converted(to: all.dtype) * isEarlier).sum(
      axes: [1])
    let weight = rank.isLess(than: kept).converted(to: all.dtype) * (Double(count) / kept)
    // The value of all logits, but the derivative of the chosen ones alone.
    let fixed = all.stoppingGradient
    return Logits(fixed + weight.reshaped(Shape([count] + all.shape.dropFirst().map { _ in 1 })) * (all - fixed))
  }
}
