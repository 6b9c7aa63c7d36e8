import Foundation

/// Divergences between discrete distributions, in nats.
public enum Divergence {
  /// KL(p ‖ q) = Σ p log(p / q); infinite where `p` is positive and `q` is 0. Both must be of one length and sum to 1.
  public static func kullbackLeibler(_ p: [Double], _ q: [Double]) -> Double {
    precondition(p.count == q.count, "distributions must have one length")
    var sum = 0.0
    for (a, b) in zip(p, q) where a > 0 { sum += b > 0 ? a * log(a / b) : .infinity }
    return sum
  }

  /// JS(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m), m = ½ (p + q): symmetric, in 0…log 2.
  public static func jensenShannon(_ p: [Double], _ q: [Double]) -> Double {
    let middle = zip(p, q).map { ($0 + $1) / 2 }
    return (kullbackLeibler(p, middle) + kullbackLeibler(q, middle)) / 2
  }
}
