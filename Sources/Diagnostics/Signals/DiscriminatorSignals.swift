import Foundation
import Metrics

/// What a discriminator's outputs say: its balance, its accuracy, whether it is dead, and how far apart the distributions are at least.
///
/// The outputs are logits, high on real samples; D = σ(logit). The bounds hold in expectation for any discriminator on held-out samples:
/// on those it was trained with, they prove nothing. D = ½ everywhere is what a perfect generator gives, and what a dead discriminator gives.
/// For losses whose outputs are no logits, use ``CriticSignals``.
public struct DiscriminatorSignals: Sendable, Equatable {
  /// The mean of D on real samples.
  public let meanReal: Double
  /// The mean of D on generated samples.
  public let meanFake: Double
  /// The share of real samples with a logit above 0; a logit of 0 counts half.
  public let accuracyReal: Double
  /// The share of generated samples with a logit below 0; a logit of 0 counts half.
  public let accuracyFake: Double
  /// The standard deviation of the logits of all samples.
  public let spread: Double
  /// E softplus(−l) on real plus E softplus(l) on generated samples, in nats; 2 ln 2 where D = ½.
  public let binaryCrossEntropy: Double
  /// The standard error of ``binaryCrossEntropy``; NaN where a side has one sample.
  public let binaryCrossEntropyStandardError: Double

  /// Summarizes the logits of real and generated samples.
  ///
  /// - Throws: ``DiagnosticsError`` where a side has no logit or one is not finite.
  public init(real: [Double], fake: [Double]) throws {
    try SeriesCheck.require(real, atLeast: 1, for: "the discriminator's outputs on real samples")
    try SeriesCheck.require(fake, atLeast: 1, for: "the discriminator's outputs on generated samples")
    meanReal = Statistics.mean(real.map(Logistic.sigmoid))
    meanFake = Statistics.mean(fake.map(Logistic.sigmoid))
    accuracyReal = SignAccuracy.share(of: real, above: 0)
    accuracyFake = 1 - SignAccuracy.share(of: fake, above: 0)
    let all = real + fake
    let mean = Statistics.mean(all)
    spread = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
    let (realLoss, fakeLoss) = (real.map { Logistic.softplus(-$0) }, fake.map { Logistic.softplus($0) })
    binaryCrossEntropy = Statistics.mean(realLoss) + Statistics.mean(fakeLoss)
    let (a, b) = (Statistics.standardError(realLoss), Statistics.standardError(fakeLoss))
    binaryCrossEntropyStandardError = (a * a + b * b).squareRoot()
  }

  /// Summarizes logits of float32.
  public init(real: [Float], fake: [Float]) throws {
    try self.init(real: real.map(Double.init), fake: fake.map(Double.init))
  }

  /// The mean of both accuracies; ½ is chance.
  public var accuracy: Double { (accuracyReal + accuracyFake) / 2 }

  /// E D(real) + E D(fake) − 1, the derivative of the loss in a free output bias: 0 where the discriminator is stationary.
  public var balance: Double { meanReal + meanFake - 1 }

  /// A lower bound of the Jensen–Shannon divergence in nats: ln 2 − loss/2 (Goodfellow et al. 2014). Below 0 it says nothing.
  public var jensenShannonBound: Double { log(2) - binaryCrossEntropy / 2 }

  /// A lower bound of the total variation distance: 2 accuracy − 1. Below 0 it says nothing.
  public var totalVariationBound: Double { 2 * accuracy - 1 }

  /// Whether the outputs are those of a dead discriminator: logits that spread by less than 10⁻³ about D = ½.
  ///
  /// A perfect generator looks the same. ``isDead(adversaryPValue:)`` tells the two apart.
  public var isConstant: Bool { spread < 1e-3 && abs((meanReal + meanFake) / 2 - 0.5) < 0.01 }

  /// Whether the discriminator is dead: constant at ½ while an independent adversary separates the samples.
  ///
  /// - Parameter adversaryPValue: of a test that the two distributions are equal, on held-out samples.
  public func isDead(adversaryPValue: Double) -> Bool { isConstant && adversaryPValue < 0.01 }
}

/// Accuracy by sign.
enum SignAccuracy {
  /// The share of `values` above `threshold`; equal ones count half.
  static func share(of values: [Double], above threshold: Double) -> Double {
    values.reduce(0) { $0 + ($1 > threshold ? 1 : $1 == threshold ? 0.5 : 0) } / Double(values.count)
  }
}
