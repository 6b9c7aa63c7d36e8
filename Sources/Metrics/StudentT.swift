import Foundation

/// Student's t distribution.
public struct StudentT: Sendable, Equatable {
  /// The degrees of freedom, above 0; need not be whole.
  public let degreesOfFreedom: Double

  /// Creates the distribution.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "degrees of freedom must be above 0")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(T ≤ t).
  public func cumulative(_ t: Double) -> Double {
    t < 0 ? twoSided(t) / 2 : 1 - twoSided(t) / 2
  }

  /// P(|T| ≥ |t|): the two-sided p-value of a statistic `t`; NaN where `t` is.
  public func twoSided(_ t: Double) -> Double {
    guard !t.isNaN else { return .nan }
    guard t.isFinite else { return 0 }
    let ratio = degreesOfFreedom / (degreesOfFreedom + t * t)
    return SpecialFunctions.regularizedBeta(degreesOfFreedom / 2, 0.5, ratio)
  }

  /// The `t` with P(T ≤ t) = `probability`, which must lie in the open interval (0, 1); by bisection, to the last digits.
  public func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile needs a probability between 0 and 1")
    guard probability != 0.5 else { return 0 }
    // Symmetric; the tail's probability is what keeps its digits.
    let tail = 2 * min(probability, 1 - probability)
    var low = 0.0
    var high = 1.0
    while twoSided(high) > tail && high < 1e300 { high *= 2 }
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if twoSided(middle) > tail { low = middle } else { high = middle }
    }
    let t = (low + high) / 2
    return probability < 0.5 ? -t : t
  }
}
