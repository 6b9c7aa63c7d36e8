import Metrics

/// What the outputs of a critic say: of the Wasserstein, hinge, least-squares and relativistic losses, whose outputs are no logits.
public struct CriticSignals: Sendable, Equatable {
  /// The mean output on real samples minus that on generated ones.
  public let gap: Double
  /// The share of real outputs above the threshold; equal ones count half.
  public let accuracyReal: Double
  /// The share of generated outputs below the threshold; equal ones count half.
  public let accuracyFake: Double
  /// The standard deviation of all outputs.
  public let spread: Double
  /// The mean of σ(real − fake) over pairs in order, as a relativistic loss sees them; ½ where nothing separates them. The longer side's
  /// outputs without a partner are left out.
  public let relativisticMean: Double

  /// Summarizes outputs on real and generated samples.
  ///
  /// - Parameter threshold: the output that divides the classes: 0 (the default) for hinge losses and for targets ±1, ½ for least squares
  ///   with targets 0 and 1. A Wasserstein critic has no threshold of its own: give it the mean of all outputs.
  /// - Throws: ``DiagnosticsError`` where a side has no output or one is not finite.
  public init(real: [Double], fake: [Double], threshold: Double = 0) throws {
    try SeriesCheck.require(real, atLeast: 1, for: "the critic's outputs on real samples")
    try SeriesCheck.require(fake, atLeast: 1, for: "the critic's outputs on generated samples")
    gap = Statistics.mean(real) - Statistics.mean(fake)
    accuracyReal = SignAccuracy.share(of: real, above: threshold)
    accuracyFake = 1 - SignAccuracy.share(of: fake, above: threshold)
    let all = real + fake
    let mean = Statistics.mean(all)
    spread = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
    relativisticMean = Statistics.mean(zip(real, fake).map { Logistic.sigmoid($0 - $1) })
  }

  /// The mean of both accuracies; ½ is chance.
  public var accuracy: Double { (accuracyReal + accuracyFake) / 2 }

  /// A lower bound of the Wasserstein-1 distance: gap/K, on held-out samples.
  ///
  /// - Parameter lipschitzBound: K > 0, which must not be below the critic's Lipschitz constant: the product of its layers' operator norms
  ///   is safe, the largest gradient seen is not.
  public func wassersteinBound(lipschitzBound: Double) -> Double {
    precondition(lipschitzBound > 0, "a Lipschitz bound is above 0")
    return gap / lipschitzBound
  }

  /// The mean of (‖∇D‖ − 1)² over samples, from the gradient norms: WGAN-GP without its weight (Gulrajani et al. 2017).
  public static func gradientPenalty(gradientNorms: [Double]) -> Double {
    Statistics.mean(gradientNorms.map { ($0 - 1) * ($0 - 1) })
  }

  /// γ/2 times the mean of ‖∇D‖² over real samples: R1 (Mescheder et al. 2018).
  public static func r1Penalty(gradientNorms: [Double], gamma: Double) -> Double {
    gamma / 2 * Statistics.mean(gradientNorms.map { $0 * $0 })
  }
}
