import Adversarial
import Components
import Networks
import Tensors

/// ‖∇ₓ D(x)‖² for each sample: `[n]`. The sum over the batch has each sample's own gradient, because D treats samples one by one.
///
/// - Parameter conditions: the conditions of the samples; those of the evaluation's real batch by default.
func squaredSlope(at samples: Tensor, given conditions: Batch? = nil, in round: Round) throws -> Tensor {
  try outputAndSquaredSlope(at: samples, given: conditions, in: round).slope
}

/// D(x) beside ‖∇ₓ D(x)‖², `[n]`.
func outputAndSquaredSlope(at samples: Tensor, given conditions: Batch? = nil, in round: Round) throws -> (output: Tensor, slope: Tensor) {
  // A variable of its own, so that the gradient is taken at these samples and nowhere else.
  let point = samples + 0
  let output = try round.discriminator(Images(point), given: conditions, call: "slope").output
  return (output, square(gradient(of: output.sum(), at: point)).flattened(from: 1).sum(axes: [1]))
}

/// Points on the lines between real and generated samples, each at a place of its own: ε·x + (1 − ε)·G(z), constants.
func pointsBetween(_ evaluation: DiscriminatorEvaluation, in round: Round) -> Tensor {
  let real = evaluation.real.tensor.stoppingGradient
  let fake = evaluation.fake.tensor.stoppingGradient
  let mix = round.randomUniform("epsilon", Shape([real.shape[0]] + real.shape.dropFirst().map { _ in 1 }), dtype: real.dtype)
  return mix * real + (1 - mix) * fake
}

/// A penalty that pulls slopes to a target contradicts one that pulls them to 0.
func slopeTargetNotices(_ heuristic: any Heuristic, target: Double, _ gan: GAN) -> [Notice] {
  let pullsToZero: [any Heuristic.Type] = [R1Penalty.self, R2Penalty.self, ZeroCenteredPenalty.self, MaximumGradientPenalty.self]
  guard target > 0, let other = gan.heuristics.first(where: { part in pullsToZero.contains { $0 == type(of: part) } }) else { return [] }
  return [
    Notice(
      .warning,
      "\(heuristic.name) pulls the discriminator's slope to \(target), and \(other.name) pulls it to 0; use one of them, or a target of 0",
      reference: "Mescheder et al. 2018, section 4.1")
  ]
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
