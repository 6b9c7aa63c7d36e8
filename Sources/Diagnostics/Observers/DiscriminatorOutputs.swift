import Adversarial
import Components
import Metrics
import Networks
import Tensors

/// What the discriminator says of fixed training, held-out and generated samples, and what follows from it.
///
/// With the logit l and D = σ(l): the held-out loss bounds the Jensen-Shannon divergence from below, JSD ≥ log 2 − L_D / 2, and the accuracy
/// bounds the total variation, TV ≥ 2·accuracy − 1 (Goodfellow et al. 2014, theorem 1 and its proof). Both hold for every discriminator, but
/// only on samples that it was not trained on. An optimal one balances: E D(x) + E D(G(z)) = 1.
public struct DiscriminatorOutputs: Diagnostic {
  public static let name = "discriminator-outputs"
  public static let summary =
    "D on training, held-out and generated samples: balance, spread, saturation, overfitting, bounds on the divergence."
  public static let equation = "JSD >= log 2 - L_D / 2;  TV >= 2 accuracy - 1;  r_v = (E D_train - E D_val) / (E D_train - E D_fake)"
  public static let reference = "Goodfellow et al. 2014, theorem 1; Karras et al. 2020 (ADA), equation 1"

  /// Rounds between two observations; 500 by default.
  public var every: Int = 500
  /// Samples of each kind, rounded up to whole batches; 256 by default.
  public var samples: Int = 256

  public init() {}
  public init(every: Int, samples: Int = 256) {
    self.every = every
    self.samples = samples
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(samples, in: 2...1_000_000, "samples", of: name)
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    let count = (samples + run.batchSize - 1) / run.batchSize * run.batchSize
    let train = try run.discriminatorLogits(of: run.realSamples(count)).map(Double.init)
    let validation = run.hasHeldOut ? try run.discriminatorLogits(of: run.realSamples(count, from: .heldOut)).map(Double.init) : train
    let fake = try run.discriminatorLogits(of: run.generatedSamples(count, averaged: false)).map(Double.init)
    let signals = try DiscriminatorSignals(real: validation, fake: fake)
    let saturation = try Saturation(fakeLogits: fake)
    var readings = [
      Reading("real", signals.meanReal), Reading("fake", signals.meanFake),
      Reading("real.error", Statistics.standardError(validation.map(Logistic.sigmoid))),
      Reading("logit.real", Statistics.mean(validation)), Reading("logit.fake", Statistics.mean(fake)),
      Reading("balance", signals.balance), Reading("spread", signals.spread),
      Reading("accuracy.real", signals.accuracyReal), Reading("accuracy.fake", signals.accuracyFake),
      Reading("loss", signals.binaryCrossEntropy), Reading("loss.error", signals.binaryCrossEntropyStandardError),
      Reading("jsd-bound", signals.jensenShannonBound), Reading("saturated", saturation.fraction),
      Reading("signal.saturating", saturation.saturatingMultiplier),
      Reading("signal.non-saturating", saturation.nonSaturatingMultiplier),
    ]
    if run.hasHeldOut {
      let overfitting = try Overfitting(train: train, validation: validation, fake: fake)
      readings += [
        Reading("overfitting.validation", overfitting.validationRatio ?? .nan),
        Reading("overfitting.sign", overfitting.trainSignMean), Reading("overfitting.accuracy-gap", overfitting.accuracyGap),
      ]
    }
    return readings
  }
}
