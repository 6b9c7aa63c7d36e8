import Adversarial
import Components
import Networks
import Tensors

/// The generator matches the mean features of a hidden layer of the discriminator, in place of or beside its adversarial loss.
///
/// ‖E_x f(x) − E_z f(G(z))‖², f the output of the layer before the last one (after its activation).
public struct FeatureMatching: Heuristic {
  public static let name = "feature-matching"
  public static let summary = "The generator matches the discriminator's mean features."
  public static let equation = "weight || E f(x) - E f(G(z)) ||^2"
  public static let reference = "Salimans et al. 2016, section 3.1"
  public static let fieldDescriptions = [
    "replacesLoss": "Whether it takes the place of the generator's adversarial loss, as in the paper",
    "tap": "The tapped feature, such as '03_relu'; empty for the input of the discriminator's last layer",
    "weight": "The weight of the term; not negative",
  ]

  /// The weight of the term; not negative.
  public var weight: Double = 1
  /// Whether it takes the place of the generator's adversarial loss, as in the paper.
  public var replacesLoss: Bool = false
  /// The tapped feature, such as `03_relu`; empty for the input of the discriminator's last layer.
  public var tap: String = ""

  public init() {}

  public init(weight: Double, replacesLoss: Bool = false, tap: String = "") {
    self.weight = weight
    self.replacesLoss = replacesLoss
    self.tap = tap
  }

  public func validateFields() throws {
    guard weight >= 0, weight.isFinite else {
      throw ComponentError(component: Self.name, field: "weight", value: weight, expected: "0 or more")
    }
  }

  public var replacesGeneratorLoss: Bool { replacesLoss }

  public func review(_ gan: GAN) -> [Notice] {
    guard tap.isEmpty, gan.discriminator.layers.count < 2 else { return [] }
    return [
      Notice(
        .error, "\(Self.name) needs a hidden layer, but the discriminator has only \(gan.discriminator.layers.count)")
    ]
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let real = try feature(evaluation.real().taps).stoppingGradient.mean(axes: [0])
    let fake = try feature(evaluation.fakeTaps).mean(axes: [0])
    let distance = square(real - fake).sum()
    round.record("feature-matching.distance", distance)
    return weight * distance
  }

  private func feature(_ taps: [Tap]) throws -> Tensor {
    if tap.isEmpty {
      // Top-level layers only: what they tap inside is nested by a slash.
      let layers = taps.filter { !$0.path.contains("/") }
      guard layers.count >= 2 else { throw NetworkError("\(Self.name): the discriminator has no hidden layer") }
      return layers[layers.count - 2].feature
    }
    do {
      return try taps.feature(tap).feature
    } catch {
      throw NetworkError("\(Self.name): \(error)")
    }
  }
}
