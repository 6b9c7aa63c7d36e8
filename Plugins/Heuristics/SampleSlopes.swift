import Adversarial
import Components
import Networks
import Tensors

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
