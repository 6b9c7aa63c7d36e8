import Adversarial
import Components
import Networks
import Tensors

/// The generator matches how the discriminator's features vary together, by the Bures distance of their covariances.
///
/// w · tr(A + B − 2 (AB)^½), A and B the covariances of the features of real and generated samples, each feature vector divided by its length
/// first. With A = FᵀF and B = GᵀG the last part is the sum of the singular values of FGᵀ, by the iteration of Newton and Schulz for its orthogonal
/// factor, which covariances without an inverse do not trouble.
public struct BuresDiversity: Heuristic {
  public static let name = "bures-diversity"
  public static let aliases = ["bures": "", "bures-gan": ""]
  public static let summary = "The generator matches the covariance of the discriminator's features."
  public static let equation = "weight tr(A + B - 2 (A B)^(1/2))"
  public static let reference = "De Meulemeester et al. 2021 (The Bures metric for GANs)"
  public static let fieldDescriptions = [
    "iterations": "Steps of the iteration for the orthogonal factor, 1 to 100",
    "tap": "The tapped feature, such as '03_relu'; empty for the input of the discriminator's last layer",
    "weight": "The weight, not negative",
  ]

  /// The weight, not negative.
  public var weight: Double = 1
  /// The tapped feature, such as `03_relu`; empty for the input of the discriminator's last layer.
  public var tap: String = ""
  /// Steps of the iteration for the orthogonal factor, 1 to 100.
  public var iterations: Int = 20

  public init() {}

  public init(weight: Double, tap: String = "", iterations: Int = 20) {
    (self.weight, self.tap, self.iterations) = (weight, tap, iterations)
  }

  public func validateFields() throws {
    try requireNotNegative(self, ("weight", weight))
    guard (1...100).contains(iterations) else {
      throw ComponentError(component: name, field: "iterations", value: iterations, expected: "from 1 to 100")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard tap.isEmpty, gan.discriminator.layers.count < 2 else { return [] }
    return [Notice(.error, "\(name) needs a hidden layer, but the discriminator has only \(gan.discriminator.layers.count)")]
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let path = tap.isEmpty ? try round.game.network("discriminator").lastHiddenFeature() : tap
    // The rows of a factor F of the covariance FᵀF.
    func factor(_ taps: [Tap]) throws -> Tensor {
      let feature = try taps.feature(path).feature.flattened(from: 1)
      let unit = feature * reciprocalSquareRoot(square(feature).sum(axes: [1], keepingDimensions: true) + 1e-12)
      return (unit - unit.mean(axes: [0], keepingDimensions: true)) * (1 / Double(feature.shape[0]).squareRoot())
    }
    let real = try factor(evaluation.real().taps).stoppingGradient
    let fake = try factor(evaluation.fakeTaps)
    let distance = square(real).sum() + square(fake).sum() - 2 * sumOfSingularValues(of: matmul(real, fake.transposed()))
    round.record("bures-diversity.distance", distance)
    return weight * distance
  }

  /// tr(UᵀC), U the orthogonal factor of C by U → 3/2 U − ½ UUᵀU from C/‖C‖. It is the derivative too, and a constant of it.
  private func sumOfSingularValues(of matrix: Tensor) -> Tensor {
    let fixed = matrix.stoppingGradient
    var factor = fixed * reciprocalSquareRoot(square(fixed).sum() + 1e-24)
    for _ in 0..<iterations { factor = 1.5 * factor - 0.5 * matmul(matmul(factor, factor.transposed()), factor) }
    return (factor.stoppingGradient * matrix).sum()
  }
}
