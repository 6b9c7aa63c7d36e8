import Rival
import Testing

/// Compositions that make no sense are refused, with the reason.
@Suite("Review of compositions")
struct ReviewTests {
  private func gan(_ loss: any Loss, _ heuristics: [any Heuristic], @LayerBuilder _ layers: () -> [PlacedLayer]) -> GAN {
    var result = ring(heuristics)
    result.loss = loss
    result.discriminator = Sequential(layers())
    return result
  }

  private func ring(_ heuristics: [any Heuristic]) -> GAN { ringGAN(heuristics) }

  private func refusal(_ gan: GAN) -> String {
    failureText { _ = try Trainer(gan, data: RingOfGaussians(modes: 8), batchSize: 4) }
  }

  @Test func aFittingCompositionHasNothingToSay() {
    #expect(ring([R1Penalty(gamma: 1), ExponentialMovingAverage(decay: 0.9)]).review() == [])
  }

  @Test("Batch norm with a gradient penalty, also in a nested stack", arguments: [false, true])
  func batchNorm(isNested: Bool) {
    for penalty: any Heuristic in [R1Penalty(), GradientPenalty()] {
      let refused = gan(NonSaturatingLoss(), [penalty]) {
        MinibatchStandardDeviation()
        Dense(4)
        if isNested {
          Sequential { BatchNorm() }
        } else {
          BatchNorm()
        }
        Dense(1)
      }
      #expect(
        refusal(refused)
          == "the composition does not fit together: \(penalty.name) takes the gradient of each sample by itself, but batch-norm mixes the samples of a batch; use layer-norm instead, or leave it out (Gulrajani et al. 2017, section 4)"
      )
    }
  }

  @Test func otherMixingLayersAreWarnedOf() throws {
    let warned = gan(NonSaturatingLoss(), [R1Penalty()]) {
      Dense(4)
      MinibatchDiscrimination(kernels: 2, dimensions: 2)
      Dense(1)
    }
    let trainer = try Trainer(warned, data: RingOfGaussians(modes: 8), batchSize: 4)
    #expect(
      trainer.warnings == [
        Notice(
          .warning,
          "r1-penalty takes the gradient of each sample by itself, but minibatch-discrimination mixes the samples of a batch; use layer-norm instead, or leave it out",
          reference: R1Penalty.reference)
      ])
  }

  @Test func sigmoidHead() {
    let critic = gan(WassersteinLoss(), []) {
      Dense(1)
      Sigmoid()
    }
    #expect(
      refusal(critic)
        == "the composition does not fit together: wasserstein needs an unbounded critic, but the discriminator ends in sigmoid; remove that layer (Arjovsky et al. 2017, section 3)"
    )
    let classifier = gan(NonSaturatingLoss(), []) {
      Dense(1)
      Sequential { Sigmoid() }
    }
    #expect(
      refusal(classifier)
        == "the composition does not fit together: non-saturating takes the discriminator's raw output, but the discriminator ends in sigmoid; remove that layer"
    )
  }

  @Test func smoothingWithoutTargets() {
    #expect(
      refusal(ringGAN([LabelSmoothing()], loss: WassersteinLoss()))
        == "the composition does not fit together: label-smoothing changes the discriminator's targets, but wasserstein has none; remove it or use non-saturating (Salimans et al. 2016, section 3.4)"
    )
  }

  @Test func clippingWithSpectralNormalization() throws {
    let both = ring([WeightClipping(), SpectralNormalization()])
    #expect(
      try both.validated().map(\.description) == [
        "spectral-normalization and weight-clipping both bound the weights; use one of them (Miyato et al. 2018, section 3)"
      ])
  }

  @Test func twoAverages() {
    #expect(
      refusal(ring([ExponentialMovingAverage(decay: 0.9), ExponentialMovingAverage(decay: 0.99)]))
        == "the composition does not fit together: there is more than one exponential-moving-average, and all would write the same average; keep one"
    )
  }

  @Test func featureMatchingWithoutHiddenLayer() {
    #expect(
      refusal(gan(NonSaturatingLoss(), [FeatureMatching()]) { Dense(1) })
        == "the composition does not fit together: feature-matching needs a hidden layer, but the discriminator has only 1")
  }

  @Test func missingParts() {
    #expect(
      refusal(GAN(latent: .normal(0)) {})
        == """
        the composition does not fit together:
          - the latent vector has 0 numbers, but needs at least one
          - there is no Generator; add Generator { … } with at least one layer
          - there is no Discriminator; add Discriminator { … } with at least one layer
          - there is no loss; add one, such as NonSaturatingLoss()
          - there is no update rule; add one, such as AlternatingUpdates()
          - the generator has no optimizer; add one, such as Adam()
          - the discriminator has no optimizer; add one, such as Adam()
        """)
  }

  @Test func doubledParts() {
    let doubled = GAN(latent: .normal(2)) {
      Generator { Dense(2) }
      Generator { Dense(2) }
      Discriminator { Dense(1) }
      Discriminator { Dense(1) }
      HingeLoss()
      WassersteinLoss()
      Adam()
      SGD().for(.discriminator)
      AlternatingUpdates()
      SimultaneousUpdates()
    }
    #expect(
      doubled.review().map(\.message) == [
        "there is more than one Generator; a composition has one",
        "there is more than one Discriminator; a composition has one",
        "there is more than one loss; a composition has one",
        "there is more than one optimizer for the discriminator; a composition has one",
        "there is more than one update rule; a composition has one",
      ])
  }

  @Test("Fields out of range are named")
  func fields() {
    #expect(
      refusal(ring([R1Penalty(gamma: -1)]))
        == "the composition does not fit together: r1-penalty: field 'gamma' is -1.0, but must be 0 or more")
    #expect(ring([GradientClipping(maximumNorm: 0)]).review().map(\.severity) == [.error])
    var gan = ring([])
    gan.updateRule = AlternatingUpdates(discriminatorSteps: 0)
    gan.optimizers = [
      Adam(learningRate: .nan).for(.generator), SGD(learningRate: 0.1, momentum: 1).for(.discriminator),
    ]
    #expect(gan.review().count == 3)
  }

  @Test func samplesOfAnotherShape() {
    #expect(
      failureText { _ = try Trainer(ring([]), data: PointMass(), batchSize: 4) }
        == "the generator makes samples of shape [2], but the data's samples have shape [1]; change its last layers")
    #expect(
      failureText { _ = try Trainer(ring([]), data: RingOfGaussians(modes: 8), batchSize: 0) }
        == "the batch size is 0, but must be at least 1")
  }
}
