import Adversarial
import Components
import Networks
import Tensors

/// Now and then shows the discriminator a generated sample of earlier rounds in the place of a new one, so that it does not forget.
///
/// Each place of the batch keeps a pool of earlier samples. Until the pool is full, new samples are shown and kept; then, with probability p, one of
/// the pool is shown, and the new one takes its place.
public struct ExperienceReplay: Heuristic {
  public static let name = "experience-replay"
  public static let aliases = ["image-pool": "", "replay": ""]
  public static let summary = "Generated samples of earlier rounds among the new ones."
  public static let equation = "fake = pool[i] with probability p, and pool[i] = G(z)"
  public static let reference = "Shrivastava et al. 2017, section 2.3; Zhu et al. 2017 (CycleGAN), section 4"
  public static let fieldDescriptions = [
    "batches": "How many samples each place of the batch keeps, at least 1",
    "probability": "The probability that an earlier sample is shown, in [0, 1]",
  ]

  /// How many samples each place of the batch keeps, at least 1.
  public var batches: Int = 4
  /// The probability that an earlier sample is shown, in [0, 1].
  public var probability: Double = 0.5

  public init() {}

  public init(batches: Int, probability: Double = 0.5) {
    (self.batches, self.probability) = (batches, probability)
  }

  public func validateFields() throws {
    guard (1...100_000).contains(batches) else {
      throw ComponentError(component: name, field: "batches", value: batches, expected: "from 1 to 100000")
    }
    try requireProbability(self, ("probability", probability))
  }

  public func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images {
    guard role == .fake, let player = round.player, round.game.judges.contains(player) else { return images }
    let asked = try round.game.network("discriminator").conditions
    guard asked.isEmpty else {
      throw NetworkError(
        "\(name) does not keep the '\(asked[0].name)' that samples were made for, which the discriminator asks for; leave one of them out")
    }
    let now = images.tensor
    let count = now.shape[0]
    let pool = try round.persistent("pool", initial: .zeros(Shape([batches] + now.shape)))
    let filled = try round.persistent("filled", initial: Tensor(int32: [0], shape: []))
    let isFull = filled.isEqual(to: Double(batches)).converted(to: .int32)
    // Where a place of the batch keeps the new sample: behind the last one until the pool is full, then anywhere.
    let drawn = floor(round.randomUniform("slot", [count]) * Double(batches)).converted(to: .int32)
    let slot = isFull * drawn + (1 - isFull) * filled
    let isShown = isFull * round.randomUniform("shown", [count]).isLess(than: probability).converted(to: .int32)
    let isKept = isShown + (1 - isFull)
    let flat = pool.reshaped(Shape([batches * count] + now.shape.dropFirst()))
    let earlier = flat.gathered(minimum(slot, Double(batches - 1)) * Double(count) + Tensor.iota([count]))
    func each(_ mask: Tensor) -> Tensor { mask.isEqual(to: 1).reshaped(Shape([count] + now.shape.dropFirst().map { _ in 1 })) }
    let isHere = Tensor.iota([batches, count]).isEqual(to: slot.reshaped([1, count])).converted(to: .int32) * isKept
    let here = isHere.isEqual(to: 1).reshaped(Shape([batches, count] + now.shape.dropFirst().map { _ in 1 }))
    try round.setPersistent("pool", to: select(here, now.expandingDimension(at: 0), pool))
    try round.setPersistent("filled", to: minimum(filled + 1, Double(batches)))
    return Images(select(each(isShown), earlier, now))
  }
}
