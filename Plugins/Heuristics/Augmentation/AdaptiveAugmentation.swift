import Adversarial
import Components
import Networks
import Tensors

/// Changes what the discriminator sees, real and generated images alike, with a probability that follows how much the discriminator overfits (ADA).
///
/// r = E sign(D(x)) over `interval` batches; p grows while r is above the target and falls while it is below. Each change happens to an image
/// with probability p: mirroring, quarter turns and whole shifts (`blits`); scaling, turning, stretching and shifting (`geometry`); brightness, contrast,
/// inverted luma, hue and saturation (`colors`; grey images have no hue and saturation). Pixels are interpolated linearly, where the authors filter.
public struct AdaptiveAugmentation: Heuristic {
  public static let name = "adaptive-augmentation"
  public static let aliases = ["ada": ""]
  public static let summary = "Augmentation as often as the discriminator overfits."
  public static let equation = "p = p + images / rampImages sign(r - target), r = E sign(D(x))"
  public static let reference = "Karras et al. 2020 (ADA), sections 2 and 3, appendix B"
  public static let fieldDescriptions = [
    "blits": "Whether images are mirrored, turned by quarters and shifted by whole pixels",
    "colors": "Whether brightness, contrast, luma, hue and saturation change",
    "geometry": "Whether images are scaled, turned, stretched and shifted by parts of pixels",
    "interval": "Batches from one step of the probability to the next, at least 1",
    "rampImages": "Images that the probability takes from 0 to 1, at least 1",
    "target": "What E sign(D(x)) shall be, in [-1, 1]",
  ]

  /// What E sign(D(x)) shall be, in [−1, 1].
  public var target: Double = 0.6
  /// Batches from one step of the probability to the next, at least 1.
  public var interval: Int = 4
  /// Images that the probability takes from 0 to 1, at least 1.
  public var rampImages: Int = 500_000
  /// Whether images are mirrored, turned by quarters and shifted by whole pixels.
  public var blits: Bool = true
  /// Whether images are scaled, turned, stretched and shifted by parts of pixels.
  public var geometry: Bool = true
  /// Whether brightness, contrast, luma, hue and saturation change.
  public var colors: Bool = true

  public init() {}

  public init(
    target: Double, interval: Int = 4, rampImages: Int = 500_000, blits: Bool = true, geometry: Bool = true, colors: Bool = true
  ) {
    (self.target, self.interval, self.rampImages) = (target, interval, rampImages)
    (self.blits, self.geometry, self.colors) = (blits, geometry, colors)
  }

  private var probability: AdaptiveProbability { AdaptiveProbability(target: target, interval: interval, rampImages: rampImages) }

  public func validateFields() throws { try probability.validate(self) }

  public func review(_ gan: GAN) -> [Notice] { augmentationNotices(self, gan) }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    try probability.note(evaluation.realLogits, as: name, in: round)
    return nil
  }

  public func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images {
    try requireImages(images.tensor, for: name)
    let chance = ImageDraws(round: round, role: role, probability: try probability.current(in: round), images: images.tensor)
    var x = images.tensor
    if blits || geometry { x = moved(x, chance) }
    if colors { x = colored(x, chance) }
    return Images(x)
  }

  /// All movements as one: places in the result lead to places in the image, so that pixels are read once.
  private func moved(_ x: Tensor, _ chance: ImageDraws) -> Tensor {
    let (rows, columns) = (Double(x.shape[1]), Double(x.shape[2]))
    var motion = ImageMotion(like: chance.zero)
    if blits {
      motion.scale(chance.chosen("mirror", 1 - 2 * floor(chance.uniform("mirror") * 2), else: 1), 1 + chance.zero)
      motion.turn(chance.chosen("quarter", floor(chance.uniform("quarter") * 4) * (Double.pi / 2), else: 0))
      func whole(_ name: String, _ size: Double) -> Tensor { floor((chance.uniform(name) * 2 - 1) * (0.125 * size) + 0.5) }
      motion.shift(
        chance.chosen("whole", whole("whole-columns", columns), else: 0), chance.chosen("whole", whole("whole-rows", rows), else: 0))
    }
    if geometry {
      let size = chance.chosen("scale", chance.doubled("scale", 0.2), else: 1)
      motion.scale(size, size)
      // Twice with this probability is once with p.
      let turning = 1 - sqrt(1 - minimum(chance.probability, 1))
      motion.turn(chance.chosen("turn-before", (chance.uniform("turn-before") * 2 - 1) * Double.pi, else: 0, probability: turning))
      let stretch = chance.chosen("stretch", chance.doubled("stretch", 0.2), else: 1)
      motion.scale(stretch, 1 / stretch)
      motion.turn(chance.chosen("turn-after", (chance.uniform("turn-after") * 2 - 1) * Double.pi, else: 0, probability: turning))
      motion.shift(
        chance.chosen("shift", chance.normal("shift-columns") * (0.125 * columns), else: 0),
        chance.chosen("shift", chance.normal("shift-rows") * (0.125 * rows), else: 0))
    }
    let grid: Shape = [x.shape[0], x.shape[1], x.shape[2], 1]
    let places = motion.source(
      Tensor.iota(grid, axis: 2).converted(to: x.dtype) - (columns - 1) / 2,
      Tensor.iota(grid, axis: 1).converted(to: x.dtype) - (rows - 1) / 2)
    return interpolated(x, rows: places.y + (rows - 1) / 2, columns: places.x + (columns - 1) / 2)
  }

  private func colored(_ images: Tensor, _ chance: ImageDraws) -> Tensor {
    var x = images + chance.chosen("brightness", chance.normal("brightness") * 0.2, else: 0)
    x = x * chance.chosen("contrast", chance.doubled("contrast", 0.5), else: 1)
    // The part along grey, and what is left of it.
    var grey = x.mean(axes: [3], keepingDimensions: true)
    x -= 2 * grey * chance.chosen("luma", floor(chance.uniform("luma") * 2), else: 0)
    guard x.shape[3] == 3 else { return x }
    grey = x.mean(axes: [3], keepingDimensions: true)
    let angle = chance.chosen("hue", (chance.uniform("hue") * 2 - 1) * Double.pi, else: 0)
    func channel(_ index: Int) -> Tensor { x.sliced(axis: 3, index..<(index + 1)) }
    let across =
      concatenated([channel(2) - channel(1), channel(0) - channel(2), channel(1) - channel(0)], axis: 3) * (1 / 3.0.squareRoot())
    x = grey + (x - grey) * cos(angle) + across * sin(angle)
    return grey + (x - grey) * chance.chosen("saturation", chance.doubled("saturation", 1), else: 1)
  }
}
