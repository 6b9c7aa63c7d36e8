import Metrics

/// How far a discriminator has learnt its training samples by heart: the two heuristics of Karras et al. 2020, "Training Generative
/// Adversarial Networks with Limited Data", equation 1.
public struct Overfitting: Sendable, Equatable {
  /// r_v = (E D_train − E D_validation)/(E D_train − E D_fake): 0 without overfitting, 1 where held-out samples look generated; `nil` where
  /// the denominator is below two standard errors, as near the equilibrium, or a side has one output.
  public let validationRatio: Double?
  /// r_t = E sign(D_train): an easy task gives a high value as well. A logit of 0 counts 0.
  public let trainSignMean: Double
  /// The accuracy on training samples minus that on held-out ones: normal at scale; what matters is its trend.
  public let accuracyGap: Double

  /// Summarizes a discriminator's logits on real training samples, on held-out ones and on generated ones.
  ///
  /// - Throws: ``DiagnosticsError`` where a side has no logit or one is not finite.
  public init(train: [Double], validation: [Double], fake: [Double]) throws {
    try SeriesCheck.require(train, atLeast: 1, for: "the discriminator's outputs on training samples")
    try SeriesCheck.require(validation, atLeast: 1, for: "the discriminator's outputs on held-out samples")
    try SeriesCheck.require(fake, atLeast: 1, for: "the discriminator's outputs on generated samples")
    trainSignMean = Overfitting.trainSignMean(train)
    accuracyGap = SignAccuracy.share(of: train, above: 0) - SignAccuracy.share(of: validation, above: 0)
    let mean = Statistics.mean(train)
    let denominator = mean - Statistics.mean(fake)
    let (a, b) = (Statistics.standardError(train), Statistics.standardError(fake))
    let error = (a * a + b * b).squareRoot()
    // A NaN error, of a single output, leaves it undefined too.
    validationRatio = abs(denominator) >= 2 * error && denominator != 0 ? (mean - Statistics.mean(validation)) / denominator : nil
  }

  /// r_t alone, which needs no held-out samples.
  ///
  /// - Precondition: there is a logit.
  public static func trainSignMean(_ logits: [Double]) -> Double {
    precondition(!logits.isEmpty, "r_t needs a logit")
    return logits.reduce(0) { $0 + ($1 > 0 ? 1 : $1 < 0 ? -1 : 0) } / Double(logits.count)
  }
}

/// The probability of augmentation that follows r_t: adaptive discriminator augmentation (Karras et al. 2020, section 3).
public struct AugmentationRule: Sendable, Equatable {
  /// The value of r_t that the rule steers to; 0.6 by default.
  public var target: Double
  /// How many batches lie between two updates; 4 by default.
  public var interval: Int
  /// In how many real images the probability can go from 0 to 1; 500,000 by default.
  public var speed: Double
  /// The most the probability may be, up to 1; 1 by default.
  public var maximum: Double

  public init(target: Double = 0.6, interval: Int = 4, speed: Double = 500_000, maximum: Double = 1) {
    precondition(interval >= 1 && speed > 0 && (0...1).contains(maximum), "the rule needs an interval, a speed and a maximum in 0…1")
    self.target = target
    self.interval = interval
    self.speed = speed
    self.maximum = maximum
  }

  /// The change of the probability at one update, before it is kept in 0…maximum: sign(r_t − target) × batch × interval/speed.
  public func change(trainSignMean: Double, batchSize: Int) -> Double {
    let size = Double(batchSize * interval) / speed
    return trainSignMean > target ? size : trainSignMean < target ? -size : 0
  }

  /// The probability after an update.
  public func updated(_ probability: Double, trainSignMean: Double, batchSize: Int) -> Double {
    min(maximum, max(0, probability + change(trainSignMean: trainSignMean, batchSize: batchSize)))
  }
}
