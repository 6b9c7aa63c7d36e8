import Adversarial
import Components
import Networks
import Tensors

/// Begins with coarse images and lets finer pixels fade in, real and generated alike: the images' side of progressive growing, with networks that
/// have their full size from the start.
///
/// x → Σ_l w_l · up(down(x, 2^l), 2^l), down the mean over squares, up the repetition of pixels. For a share of each phase the level stays, then it fades
/// into the next finer one; after `levels` phases images are as they are.
public struct ProgressiveResolution: Heuristic {
  public static let name = "progressive-resolution"
  public static let aliases = ["progressive-growing": "The images grow finer; the networks have their full size from the start"]
  public static let summary = "Coarse images at first, whose finer pixels fade in."
  public static let equation = "x = sum_l w_l(t) up(down(x, 2^l), 2^l)"
  public static let reference = "Karras et al. 2018 (Progressive growing), section 2; here the networks do not grow"
  public static let fieldDescriptions = [
    "fade": "The share of a phase in which the next finer pixels fade in, in (0, 1]",
    "levels": "How often the side of the first pixels halves until the last, 1 to 10; the images' sides are multiples of 2 to its power",
    "phase": "The rounds of a phase, at least 1",
  ]

  /// How often the side of the first pixels halves until the last, 1 to 10; the images' sides are multiples of 2 to its power.
  public var levels: Int = 2
  /// The rounds of a phase, at least 1.
  public var phase: Int = 2_000
  /// The share of a phase in which the next finer pixels fade in, in (0, 1].
  public var fade: Double = 0.5

  public init() {}

  public init(levels: Int, phase: Int, fade: Double = 0.5) {
    (self.levels, self.phase, self.fade) = (levels, phase, fade)
  }

  public func validateFields() throws {
    guard (1...10).contains(levels) else { throw ComponentError(component: name, field: "levels", value: levels, expected: "from 1 to 10") }
    try requireCount(self, "phase", phase)
    guard fade > 0, fade <= 1 else { throw ComponentError(component: name, field: "fade", value: fade, expected: "in (0, 1]") }
  }

  public func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images {
    let x = images.tensor
    try requireImages(x, for: name)
    let side = 1 << levels
    guard x.shape[1] % side == 0, x.shape[2] % side == 0 else {
      throw NetworkError(
        "\(name): images of \(x.shape[1]) by \(x.shape[2]) pixels cannot be made coarser by \(side); choose fewer levels, or images whose sides are multiples of it"
      )
    }
    let time = round.step.converted(to: x.dtype) / Double(phase)
    let passed = floor(time)
    let progress = minimum(passed + clamp((time - passed - (1 - fade)) / fade, to: 0...1), Double(levels))
    round.record("progressive-resolution.level", Double(levels) - progress)
    return Images(
      (0...levels).map { level in
        coarse(x, 1 << level) * maximum(1 - abs(Double(levels - level) - progress), 0)
      }.reduce(Tensor.zeros(x.shape, dtype: x.dtype), +))
  }

  /// The mean of each square of pixels in the place of all of them.
  private func coarse(_ x: Tensor, _ side: Int) -> Tensor {
    guard side > 1 else { return x }
    let squares = x.reshaped([x.shape[0], x.shape[1] / side, side, x.shape[2] / side, side, x.shape[3]])
    return squares.mean(axes: [2, 4], keepingDimensions: true).broadcast(to: squares.shape).reshaped(x.shape)
  }
}
