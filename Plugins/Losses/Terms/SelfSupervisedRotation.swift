import Adversarial
import Components
import Layers
import Networks
import Tensors

/// The discriminator also says by how many quarters an image was turned, which keeps its features from forgetting; the generator makes images
/// whose turn is recognized.
///
/// Every image is shown in all four turns, which costs four more passes of the discriminator over a batch. Images must be square.
public struct SelfSupervisedRotation: Heuristic {
  public static let name = "self-supervised-rotation"
  public static let aliases = ["ssgan": ""]
  public static let summary = "A head of the discriminator recognizes by how many quarters images were turned."
  public static let equation =
    "L_D - discriminatorWeight E[log Q(r | turned(x, r))];  L_G - generatorWeight E[log Q(r | turned(G(z), r))],  r in 0..3"
  public static let reference = "Chen et al. 2019, Self-supervised GANs via auxiliary rotation loss, equations 4 and 5"
  public static let fieldDescriptions = [
    "discriminatorWeight": "The weight of the term for the discriminator, not negative",
    "generatorWeight": "The weight of the term for the generator, not negative",
  ]

  /// The weight β of the term for the discriminator, not negative.
  public var discriminatorWeight = 1.0
  /// The weight α of the term for the generator, not negative.
  public var generatorWeight = 0.2

  public init() {}

  /// A term of the given weights.
  public init(discriminatorWeight: Double, generatorWeight: Double = 0.2) {
    self.discriminatorWeight = discriminatorWeight
    self.generatorWeight = generatorWeight
  }

  public func validateFields() throws {
    try checkWeight("discriminatorWeight", discriminatorWeight)
    try checkWeight("generatorWeight", generatorWeight)
  }

  public var networks: [PartNetwork] {
    [PartNetwork(name, from: .features(of: "discriminator"), trainedWith: .discriminator) { Dense(4) }]
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let term = try surprise(evaluation.real.tensor, evaluation.realConditions, round)
    round.record("\(name).real", term)
    return discriminatorWeight * term
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    generatorWeight * (try surprise(evaluation.fake.tensor, evaluation.fakeConditions, round))
  }

  private func surprise(_ images: Tensor, _ conditions: Batch, _ round: Round) throws -> Tensor {
    guard images.rank == 4, images.shape[1] == images.shape[2] else {
      throw NetworkError("\(name) turns square images [N, size, size, channels], not \(images.shape); leave it out for this data")
    }
    let count = images.shape[0]
    let turned = concatenated([images, quarterTurn(images), images.reversed(axes: [1, 2]), quarterTurn(images.reversed(axes: [1, 2]))])
    let given = conditions.mapped { concatenated(Array(repeating: $0.tensor, count: 4)) }
    let taps = try round.discriminator(Images(turned), given: given, call: name).taps
    let hidden = try taps.feature(round.game.network("discriminator").lastHiddenFeature()).feature
    let turns = Tensor(int32: (0..<4 * count).map { Int32($0 / count) })
    return crossEntropy(try round.network(name, hidden, given: given).output, turns)
  }

  /// Images turned by a quarter, against the clock.
  private func quarterTurn(_ images: Tensor) -> Tensor { images.transposed([0, 2, 1, 3]).reversed(axes: [1]) }
}
