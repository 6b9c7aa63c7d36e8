import Adversarial
import Components
import Networks
import Tensors

/// Punishes the discriminator's slope at the real data, which makes training of the Dirac-GAN and of GANs near their equilibrium converge.
///
/// γ/2 · E_x ‖∇ₓ D(x)‖², equation 9 of Mescheder et al. 2018.
public struct R1Penalty: Heuristic {
  public static let name = "r1-penalty"
  public static let summary = "Squared gradient of the discriminator at real samples."
  public static let equation = "gamma / 2 E_x || grad_x D(x) ||^2"
  public static let reference = "Mescheder et al. 2018, equation 9"

  /// γ, not negative. Some implementations leave out the ½: their weight is half of this one.
  public var gamma: Double = 10

  public var boundsSlope: Bool { true }

  public init() {}

  public init(gamma: Double) {
    self.gamma = gamma
  }

  public func validateFields() throws {
    guard gamma >= 0, gamma.isFinite else {
      throw ComponentError(component: Self.name, field: "gamma", value: gamma, expected: "0 or more")
    }
  }

  public func review(_ gan: GAN) -> [Notice] { perSampleNotices(Self.name, gan, Self.reference) }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let slope = try squaredSlope(at: evaluation.real.tensor.stoppingGradient, in: round)
    let penalty = slope.mean()
    round.record("r1-penalty.slope", penalty)
    return (gamma / 2) * penalty
  }
}

/// ‖∇ₓ D(x)‖² for each sample: `[n]`. The sum over the batch has each sample's own gradient, because D treats samples one by one.
func squaredSlope(at samples: Tensor, in round: Round) throws -> Tensor {
  // A variable of its own, so that the gradient is taken at these samples and nowhere else.
  let point = samples + 0
  let output = try round.discriminator(Images(point), call: "slope").output
  return square(gradient(of: output.sum(), at: point)).flattened(from: 1).sum(axes: [1])
}

/// A penalty on per-sample gradients has no meaning where a sample's output depends on its batch.
func perSampleNotices(_ name: String, _ gan: GAN, _ reference: String) -> [Notice] {
  let mixing = gan.discriminator.innermostLayers.filter(\.mixesSamples)
  guard let layer = mixing.first(where: \.usesBatchStatistics) ?? mixing.first else { return [] }
  return [
    Notice(
      layer.usesBatchStatistics ? .error : .warning,
      "\(name) takes the gradient of each sample by itself, but \(layer.name) mixes the samples of a batch; use layer-norm instead, or leave it out",
      reference: layer.usesBatchStatistics ? "Gulrajani et al. 2017, section 4" : reference)
  ]
}
