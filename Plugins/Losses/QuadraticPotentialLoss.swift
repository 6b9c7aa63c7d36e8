import Adversarial
import Components
import Networks
import Tensors

/// A critic without a Lipschitz constraint: what it may gain from a pair of samples is bounded by a quadratic term over their distance.
///
/// The distance is the mean over a sample's numbers of their absolute differences (or squared differences, then its root). The paper's
/// generator minimizes E[D(x) - D(G(z))], whose first term does not depend on it and is left out.
public struct QuadraticPotentialLoss: Loss {
  /// How far two samples are apart.
  public enum Distance: String, ComponentChoice {
    /// The mean of |x - y|.
    case absolute
    /// √ of the mean of (x - y)².
    case euclidean
  }

  public static let name = "quadratic-potential"
  public static let aliases = ["gan-qp": "", "qp": ""]
  public static let summary =
    "Wasserstein's differences with a quadratic potential over the samples' distance in place of a Lipschitz constraint."
  public static let equation = "g = D(x) - D(G(z));  L_D = E[g^2 / (2 weight d(x, G(z))) - g];  L_G = -E[D(G(z))]"
  public static let reference = "Su 2018, GAN-QP, equation 17"
  public static let fieldDescriptions = [
    "distance": "How far two samples are apart: the mean absolute difference, or the root of the mean square",
    "weight": "The factor of the distance, positive; the larger, the steeper the critic may be",
  ]

  /// The factor λ of the distance, positive; the larger, the steeper the critic may be.
  public var weight = 10.0
  /// How far two samples are apart.
  public var distance = Distance.absolute

  public init() {}

  /// A loss with the given factor of the distance.
  public init(weight: Double, distance: Distance = .absolute) {
    self.weight = weight
    self.distance = distance
  }

  public func validateFields() throws {
    guard weight > 0, weight.isFinite else {
      throw ComponentError(component: name, field: "weight", value: weight, expected: "a positive number")
    }
  }

  public var kind: LossKind { .critic }

  public func review(_ gan: GAN) -> [Notice] {
    gan.heuristics.filter(\.boundsSlope).map {
      Notice(
        .warning, "\($0.name) bounds the critic's slope, which \(name) is there to do without; leave it out",
        reference: "Su 2018, section 3")
    }
  }

  public func discriminatorLoss(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor {
    let difference = (evaluation.real.tensor - evaluation.fake.tensor).stoppingGradient.flattened(from: 1)
    let distances: Tensor
    switch distance {
    case .absolute: distances = abs(difference).mean(axes: [1])
    case .euclidean: distances = sqrt(square(difference).mean(axes: [1]))
    }
    // Two samples that are the same have no distance to divide by.
    return loss(evaluation.realLogits.tensor, evaluation.fakeLogits.tensor, distances: maximum(distances, 1e-6))
  }

  /// The loss of samples that are all at distance 1 from each other.
  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    loss(real.tensor, fake.tensor, distances: .ones([real.tensor.shape[0]], dtype: real.tensor.dtype))
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor { -fake.tensor.mean() }

  private func loss(_ real: Tensor, _ fake: Tensor, distances: Tensor) -> Tensor {
    let gain = (real - fake).flattened(from: 1).mean(axes: [1])
    return (square(gain) / (2 * weight * distances) - gain).mean()
  }
}
