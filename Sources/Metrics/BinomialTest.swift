import Foundation

/// Tests of a count of successes against chance.
public enum BinomialTest {
  /// P(X ≥ `successes`) for `trials` independent trials with the given probability: the exact one-sided p-value.
  public static func upperTail(successes: Int, trials: Int, probability: Double = 0.5) -> Double {
    precondition(trials >= 1 && (0...trials).contains(successes), "\(successes) of \(trials) trials is impossible")
    precondition(probability >= 0 && probability <= 1, "a probability is in 0…1")
    guard successes > 0 else { return 1 }
    return SpecialFunctions.regularizedBeta(Double(successes), Double(trials - successes + 1), probability)
  }

  /// (X/n − p) / √(p (1 − p)/n): the count's distance from its mean in standard deviations.
  public static func normalScore(successes: Int, trials: Int, probability: Double = 0.5) -> Double {
    precondition(trials >= 1 && probability > 0 && probability < 1, "a score needs trials and a probability between 0 and 1")
    let mean = probability * Double(trials)
    return (Double(successes) - mean) / (mean * (1 - probability)).squareRoot()
  }

  /// P(Z ≥ `score`) for a standard normal Z.
  public static func normalUpperTail(_ score: Double) -> Double { 0.5 * erfc(score / 2.0.squareRoot()) }

  /// Whether two samples have one success probability: the z-test with the pooled standard error.
  ///
  /// - Returns: the standard error √(p (1 − p)(1/n + 1/m)) with p from both samples, the score and the two-sided p-value; a score of 0 and
  ///   a p-value of 1 where the error is 0, because then both shares are equal.
  public static func twoProportions(
    _ first: Int, of firstTrials: Int, _ second: Int, of secondTrials: Int
  ) -> (standardError: Double, score: Double, pValue: Double) {
    precondition(firstTrials >= 1 && secondTrials >= 1, "two proportions need trials on both sides")
    let (n, m) = (Double(firstTrials), Double(secondTrials))
    let pooled = Double(first + second) / (n + m)
    let error = (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
    guard error > 0 else { return (0, 0, 1) }
    let score = (Double(first) / n - Double(second) / m) / error
    return (error, score, min(1, 2 * normalUpperTail(abs(score))))
  }
}
