import Rival

extension AuxiliaryClassifier {
  /// A second head of the discriminator that names the class of real and generated samples.
  static let composition = ConditionalGAN.composition.adding([AuxiliaryClassifier()])
}

/// −E[Σ p log softmax(l)], stable for any logits.
func crossEntropy(_ logits: Tensor, _ probabilities: Tensor) -> Tensor {
  let shifted = logits - logits.maximum(axes: [1], keepingDimensions: true).stoppingGradient
  return (log(exp(shifted).sum(axes: [1])) - (probabilities * shifted).sum(axes: [1])).mean()
}
