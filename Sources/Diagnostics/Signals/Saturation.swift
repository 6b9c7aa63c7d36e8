import Metrics

/// How much of a gradient the generator gets through the discriminator's output, from the logits of generated samples.
public struct Saturation: Sendable, Equatable {
  /// The share of logits beyond ±``threshold``.
  public let fraction: Double
  /// E σ(l): what the saturating loss, log(1 − D), multiplies the gradient with.
  public let saturatingMultiplier: Double
  /// E σ(−l): what the non-saturating loss, −log D, multiplies the gradient with.
  public let nonSaturatingMultiplier: Double
  /// The logit beyond which a sample counts as saturated.
  public let threshold: Double

  /// Summarizes the logits of generated samples.
  ///
  /// - Parameter threshold: above 0; 5 by default, where a saturating loss passes 0.7 % of the gradient.
  /// - Throws: ``DiagnosticsError`` where there is no logit or one is not finite.
  public init(fakeLogits: [Double], threshold: Double = 5) throws {
    precondition(threshold > 0, "a saturation threshold is above 0")
    try SeriesCheck.require(fakeLogits, atLeast: 1, for: "the saturation of the discriminator")
    self.threshold = threshold
    fraction = Double(fakeLogits.count { abs($0) > threshold }) / Double(fakeLogits.count)
    saturatingMultiplier = Statistics.mean(fakeLogits.map(Logistic.sigmoid))
    nonSaturatingMultiplier = Statistics.mean(fakeLogits.map { Logistic.sigmoid(-$0) })
  }
}
