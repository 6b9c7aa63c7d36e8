import Foundation

/// The logistic function and its relatives, finite for every finite argument.
public enum Logistic {
  /// σ(x) = 1/(1 + e⁻ˣ), with the digits of small results.
  public static func sigmoid(_ x: Double) -> Double {
    let e = exp(-abs(x))
    return x >= 0 ? 1 / (1 + e) : e / (1 + e)
  }

  /// ln(1 + eˣ) = max(x, 0) + ln(1 + e^{−|x|}).
  public static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}
