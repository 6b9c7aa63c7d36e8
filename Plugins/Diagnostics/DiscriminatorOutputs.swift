import Adversarial
import Components
import Diagnostics
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
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 500 by default",
    "samples": "Samples of each kind, rounded up to whole batches; 256 by default",
  ]

  /// Rounds between two observations; 500 by default.
  public var every: Int = 500
  /// Samples of each kind, rounded up to whole batches; 256 by default.
  public var samples: Int = 256

  /// The mean of D(x) over held-out real samples, and its standard error.
  public static let real = column("real")
  public static let realError = column("real.error")
  /// The mean of D(G(z)).
  public static let fake = column("fake")
  /// The standard deviation of all logits.
  public static let spread = column("spread")
  /// The share of real samples, and of generated ones, that D is right about.
  public static let realAccuracy = column("accuracy.real")
  public static let fakeAccuracy = column("accuracy.fake")
  /// The binary cross entropy of both sides in nats, and its standard error; 2 ln 2 is chance.
  public static let loss = column("loss")
  public static let lossError = column("loss.error")
  /// The bound on the Jensen-Shannon divergence, in nats.
  public static let divergenceBound = column("jsd-bound")
  /// The share of generated logits beyond ±5, and what each loss passes of the gradient.
  public static let saturated = column("saturated")
  public static let saturatingSignal = column("signal.saturating")
  public static let nonSaturatingSignal = column("signal.non-saturating")
  /// r_v, r_t, and the accuracy on training samples minus that on held-out ones.
  public static let validationRatio = column("overfitting.validation")
  public static let trainSign = column("overfitting.sign")
  public static let accuracyGap = column("overfitting.accuracy-gap")

  public init() {}
  public init(every: Int, samples: Int = 256) {
    self.every = every
    self.samples = samples
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(samples, in: 2...1_000_000, "samples", of: name)
  }

  public func applies(to run: Observation) -> Bool { !run.game.judges.isEmpty }

  public func observe(_ run: Observation) throws -> [Reading] {
    let count = (samples + run.batchSize - 1) / run.batchSize * run.batchSize
    let train = try run.logitsOfRealSamples(count).map(Double.init)
    let validation = run.hasHeldOut ? try run.logitsOfRealSamples(count, from: .heldOut).map(Double.init) : train
    let fake = try run.logitsOfGeneratedSamples(count, averaged: false).map(Double.init)
    let signals = try DiscriminatorSignals(real: validation, fake: fake)
    let saturation = try Saturation(fakeLogits: fake)
    var readings = [
      Reading(Self.real, signals.meanReal), Reading(Self.fake, signals.meanFake),
      Reading(Self.realError, Statistics.standardError(validation.map(Logistic.sigmoid))),
      Reading("logit.real", Statistics.mean(validation)), Reading("logit.fake", Statistics.mean(fake)),
      Reading("balance", signals.balance), Reading(Self.spread, signals.spread),
      Reading(Self.realAccuracy, signals.accuracyReal), Reading(Self.fakeAccuracy, signals.accuracyFake),
      Reading(Self.loss, signals.binaryCrossEntropy), Reading(Self.lossError, signals.binaryCrossEntropyStandardError),
      Reading(Self.divergenceBound, signals.jensenShannonBound), Reading(Self.saturated, saturation.fraction),
      Reading(Self.saturatingSignal, saturation.saturatingMultiplier),
      Reading(Self.nonSaturatingSignal, saturation.nonSaturatingMultiplier),
    ]
    if run.hasHeldOut {
      let overfitting = try Overfitting(train: train, validation: validation, fake: fake)
      readings += [
        Reading(Self.validationRatio, overfitting.validationRatio ?? .nan),
        Reading(Self.trainSign, overfitting.trainSignMean), Reading(Self.accuracyGap, overfitting.accuracyGap),
      ]
    }
    return readings
  }
}
