import Adversarial
import Components
import Networks
import Tensors

/// Goes back a part of the way after every k updates: slow weights follow the fast ones, which go on from there.
///
/// After k updates of a player, φ ← φ + α (θ − φ), θ ← φ. Each player counts its own updates; with one step of each, both go back in the same round.
public struct Lookahead: Heuristic {
  public static let name = "lookahead"
  public static let aliases = ["lookahead-minmax": ""]
  public static let summary = "Every k updates, back a part of the way to where the last k began."
  public static let equation = "phi = phi + rate (theta - phi), theta = phi, after every `steps` updates"
  public static let reference = "Zhang et al. 2019 (Lookahead); Chavdarova et al. 2021, algorithm 1"
  public static let fieldDescriptions = [
    "rate": "The part α of the way that is kept, in (0, 1]",
    "steps": "The updates k of a player from one to the next, at least 1",
  ]

  /// k, at least 1.
  public var steps: Int = 5
  /// α, in (0, 1].
  public var rate: Double = 0.5

  public init() {}

  public init(steps: Int, rate: Double = 0.5) {
    (self.steps, self.rate) = (steps, rate)
  }

  public func validateFields() throws {
    try requireCount(self, "steps", steps)
    guard rate > 0, rate <= 1 else { throw ComponentError(component: name, field: "rate", value: rate, expected: "in (0, 1]") }
  }

  public func review(_ gan: GAN) -> [Notice] { singleNotices(self, gan, "write the same slow weights") }

  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters {
    let count = try round.persistent("\(player)/updates", initial: Tensor(int32: [0], shape: [])) + 1
    let isDue = count.isEqual(to: Double(steps))
    try round.setPersistent("\(player)/updates", to: select(isDue, Tensor(int32: [0], shape: []), count))
    let slow = try round.shadow("slow", of: player)
    let moved = slow.zipped(with: parameters) { $0 + rate * ($1 - $0) }
    try round.setShadow("slow", of: player, to: slow.zipped(with: moved) { select(isDue, $1, $0) })
    return parameters.zipped(with: moved) { select(isDue, $1, $0) }
  }
}
