import Foundation

/// The best score that one may expect of `k` runs, estimated from n: what a search of that budget finds.
///
/// NaN, the score of a run that failed or diverged, is worse than every number; a result to which it contributes is infinitely bad.
///
/// Dodge et al. 2021, "Expected Validation Performance and Estimation of a Random Variable's Maximum": the unbiased estimator varies most,
/// the plug-in one leads to fewer wrong conclusions; show both.
public enum ExpectedBest {
  /// The expected best of `k` draws with replacement from the n scores: Σ vᵢ [(i/n)ᵏ − ((i − 1)/n)ᵏ] with v₁ the worst. Pessimistic.
  ///
  /// - Parameters:
  ///   - scores: at least one.
  ///   - k: how many runs, at least 1; may exceed the number of scores.
  ///   - isBetterHigher: whether the best is the largest, as by default, or the smallest.
  public static func plugIn(_ scores: [Double], of k: Int, isBetterHigher: Bool = true) -> Double {
    precondition(!scores.isEmpty && k >= 1, "the best of \(k) needs a score and at least one draw")
    let n = Double(scores.count)
    return weighted(scores, isBetterHigher) { i in pow(Double(i) / n, Double(k)) - pow(Double(i - 1) / n, Double(k)) }
  }

  /// The mean best of all subsets of `k` of the n scores: Σ vᵢ C(i − 1, k − 1) / C(n, k) with v₁ the worst. Unbiased.
  ///
  /// - Parameters:
  ///   - scores: at least `k`.
  ///   - k: how many runs, from 1 to the number of scores.
  ///   - isBetterHigher: whether the best is the largest, as by default, or the smallest.
  public static func unbiased(_ scores: [Double], of k: Int, isBetterHigher: Bool = true) -> Double {
    precondition((1...max(1, scores.count)).contains(k) && !scores.isEmpty, "the best of \(k) needs as many scores")
    return weighted(scores, isBetterHigher) { i in
      (1..<k).reduce(Double(k) / Double(scores.count)) { $0 * Double(max(0, i - $1)) / Double(scores.count - $1) }
    }
  }

  /// Σ of weight(i) times the i-th worst score, i from 1; what has no weight is left out, so that 0 · ∞ does not arise.
  private static func weighted(_ scores: [Double], _ isBetterHigher: Bool, _ weight: (Int) -> Double) -> Double {
    let sorted = scores.map { ProbabilityOfImprovement.worth($0, isBetterHigher) }.sorted()
    var sum = 0.0
    for (index, value) in sorted.enumerated() {
      let share = weight(index + 1)
      if share > 0 { sum += share * value }
    }
    return isBetterHigher ? sum : -sum
  }
}
