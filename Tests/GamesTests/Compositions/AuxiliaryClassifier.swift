import Rival

/// A second head of the discriminator that names the class of real and generated samples (Odena et al. 2017, equations 2 and 3).
struct AuxiliaryClassifier: Heuristic {
  static let name = "auxiliary-classifier"
  static let summary = "Discriminator and generator both want the class to be recognized."
  static let equation = "L_C = -E[log P(c | x)] - E[log P(c | G(z, c))]"
  static let reference = "Odena et al. 2017, equation 3"

  var weight: Double = 1
  var classes: Int = 8

  var networks: [PartNetwork] {
    [PartNetwork("class-head", from: .features(of: "discriminator"), trainedWith: .discriminator) { Dense(classes) }]
  }

  func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let real = try surprise(evaluation.realTaps, evaluation.realConditions, round)
    let fake = try surprise(evaluation.fakeTaps, evaluation.fakeConditions, round)
    round.record("auxiliary-classifier.real", real)
    return weight * (real + fake)
  }

  func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    weight * (try surprise(evaluation.fakeTaps, evaluation.fakeConditions, round))
  }

  /// −E[log P(c | x)] by the head on the discriminator's last hidden features.
  private func surprise(_ taps: [Tap], _ conditions: Batch, _ round: Round) throws -> Tensor {
    guard let label = conditions["label"] else { throw NetworkError("\(Self.name) needs data with labels") }
    let hidden = try taps.feature(round.game.network("discriminator").lastHiddenFeature()).feature
    return crossEntropy(try round.network("class-head", hidden).output, try label.oneHot(dtype: hidden.dtype))
  }

  static let composition = ConditionalGAN.composition.adding([AuxiliaryClassifier()])
}

/// −E[Σ p log softmax(l)], stable for any logits.
func crossEntropy(_ logits: Tensor, _ probabilities: Tensor) -> Tensor {
  let shifted = logits - logits.maximum(axes: [1], keepingDimensions: true).stoppingGradient
  return (log(exp(shifted).sum(axes: [1])) - (probabilities * shifted).sum(axes: [1])).mean()
}
