import Adversarial
import Components
import Networks
import Tensors

/// A probability that grows while the discriminator overfits and falls while it does not, kept in the state.
///
/// r = E sign(D(x)) over `interval` batches; p → p ± images / rampImages, up where r is above the target (Karras et al. 2020).
struct AdaptiveProbability {
  var target: Double
  var interval: Int
  var rampImages: Int

  func current(in round: Round) throws -> Tensor { try round.persistent("probability", initial: .zeros([])) }

  /// Takes note of what the discriminator says of real samples.
  func note(_ logits: Logits, as name: String, in round: Round) throws {
    let now = sign(logits.tensor).mean().stoppingGradient
    let probability = try current(in: round)
    let sum = try round.persistent("signs", initial: .zeros([])) + now
    let count = try round.persistent("batches", initial: Tensor(int32: [0], shape: [])) + 1
    let isDue = count.isEqual(to: Double(interval))
    let step = Double(round.batchSize * interval) / Double(rampImages)
    let moved = clamp(probability + step * sign(sum / Double(interval) - target), to: 0...1)
    try round.setPersistent("probability", to: select(isDue, moved, probability))
    try round.setPersistent("signs", to: select(isDue, .zeros([], dtype: sum.dtype), sum))
    try round.setPersistent("batches", to: select(isDue, Tensor(int32: [0], shape: []), count))
    round.record("\(name).sign", now)
    round.record("\(name).probability", probability)
  }

  func validate(_ component: any Component) throws {
    guard (-1...1).contains(target) else {
      throw ComponentError(component: component.name, field: "target", value: target, expected: "in [-1, 1]")
    }
    try requireCount(component, "interval", interval)
    try requireCount(component, "rampImages", rampImages)
  }
}
