import Adversarial
import Components
import Layers
import Networks
import Tensors

/// Local features of an image tell its global ones from those of other images: mutual information of the two is maximized, by contrast, which
/// keeps the discriminator from forgetting and the generator from repeating itself.
///
/// Pixels of the feature map `tap` and the discriminator's last hidden features are projected to vectors of one size by two layers each. A pixel
/// belongs to its own image; pixels of all other images of the batch are the alternatives.
public struct InformationMaximum: Heuristic {
  public static let name = "information-maximum"
  public static let aliases = ["infomax": "", "infomax-gan": ""]
  public static let summary = "Local features of an image recognize its global ones among those of a batch (InfoMax-GAN)."
  public static let equation =
    "L_D + discriminatorWeight N(x), L_G + generatorWeight N(G(z));  N = -E_ip[log e(l_ip . g_i) / (e(l_ip . g_i) + sum_{j != i, q} e(l_jq . g_i))], e = exp"
  public static let reference = "Lee et al. 2021, InfoMax-GAN, equations 2 to 5, negatives as in its code"
  public static let fieldDescriptions = [
    "dimensions": "How many numbers the vectors have that are compared; at least 1",
    "discriminatorWeight": "The weight of the term for the discriminator, not negative",
    "generatorWeight": "The weight of the term for the generator, not negative",
    "tap": "The discriminator's feature map whose pixels are the local features, such as '04_leaky_relu'",
  ]

  /// The weight α of the term for the discriminator, not negative.
  public var discriminatorWeight = 0.2
  /// The weight β of the term for the generator, not negative.
  public var generatorWeight = 0.2
  /// The discriminator's feature map whose pixels are the local features, such as `04_leaky_relu`.
  public var tap = "00_conv2d"
  /// How many numbers the vectors have that are compared; at least 1.
  public var dimensions = 1024

  public init() {}

  /// A term for the pixels of a feature map.
  public init(tap: String, discriminatorWeight: Double = 0.2, generatorWeight: Double = 0.2, dimensions: Int = 1024) {
    self.tap = tap
    self.discriminatorWeight = discriminatorWeight
    self.generatorWeight = generatorWeight
    self.dimensions = dimensions
  }

  public func validateFields() throws {
    try checkWeight("discriminatorWeight", discriminatorWeight)
    try checkWeight("generatorWeight", generatorWeight)
    guard (1...Shape.maximumSize).contains(dimensions) else {
      throw ComponentError(component: name, field: "dimensions", value: dimensions, expected: "a whole number of at least 1")
    }
  }

  private static let (local, global) = ("local-features", "global-features")

  public var networks: [PartNetwork] {
    [
      PartNetwork(Self.local, from: .features(of: "discriminator", at: tap), trainedWith: .discriminator) {
        Conv2D(dimensions, kernel: 1)
        ReLU()
        Conv2D(dimensions, kernel: 1)
      },
      PartNetwork(Self.global, from: .features(of: "discriminator"), trainedWith: .discriminator) {
        Dense(dimensions)
        ReLU()
        Dense(dimensions)
      },
    ]
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let term = try contrast(evaluation.realTaps, round)
    round.record("\(name).real", term)
    return discriminatorWeight * term
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    generatorWeight * (try contrast(evaluation.fakeTaps, round))
  }

  private func contrast(_ taps: [Tap], _ round: Round) throws -> Tensor {
    let hidden = try taps.feature(round.game.network("discriminator").lastHiddenFeature()).feature
    let pixels = try round.network(Self.local, taps.feature(tap).feature).output
    let images = try round.network(Self.global, hidden).output
    let (n, places) = (pixels.shape[0], pixels.shape[1] * pixels.shape[2])
    guard n > 1 else { throw NetworkError("\(name) compares the images of a batch; train with at least 2") }
    // [image, image of the pixel, pixel]
    let scores = matmul(images, pixels.reshaped([n * places, dimensions]).transposed()).reshaped([n, n, places])
    let isOwn = Tensor.iota([n, n, places], axis: 0).isEqual(to: Tensor.iota([n, n, places], axis: 1))
    let largest = scores.maximum(axes: [1, 2], keepingDimensions: true).stoppingGradient
    let shifted = scores - largest
    let zeros = Tensor.zeros(scores.shape, dtype: scores.dtype)
    let others = select(isOwn, zeros, exp(shifted)).sum(axes: [1, 2]).expandingDimension(at: 1)
    let own = select(isOwn, shifted, zeros).sum(axes: [1])
    return (log(exp(own) + others) - own).mean()
  }
}
