import Foundation

/// The regularized incomplete gamma and beta functions, from which the distributions of statistics follow.
public enum SpecialFunctions {
  /// P(a, x) = γ(a, x) / Γ(a), to about 1e-14: by its series below a + 1, by a continued fraction above (Lentz's method).
  public static func regularizedGamma(_ a: Double, _ x: Double) -> Double {
    precondition(a > 0 && x >= 0, "the incomplete gamma function needs a > 0 and x ≥ 0")
    guard x > 0 else { return 0 }
    guard x.isFinite else { return 1 }
    let front = exp(a * log(x) - x - logGamma(a))
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      var n = a
      repeat {
        n += 1
        term *= x / n
        sum += term
      } while term > sum * 1e-17
      return front * sum
    }
    var b = x + 1 - a
    let fraction = continuedFraction(first: b) { index in
      let i = Double(index)
      b += 2
      return (-i * (i - a), b)
    }
    return 1 - front / fraction
  }

  /// I_x(a, b), to about 1e-14, by its continued fraction.
  public static func regularizedBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    precondition(a > 0 && b > 0 && x >= 0 && x <= 1, "the incomplete beta function needs a, b > 0 and x in 0…1")
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges fast below the mean; above it, the symmetric one does.
    guard x <= (a + 1) / (a + b + 2) else { return 1 - regularizedBeta(b, a, 1 - x) }
    let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)) / a
    let fraction = continuedFraction(first: 1) { index in
      let m = Double(index / 2)
      let numerator =
        index.isMultiple(of: 2)
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      return (numerator, 1)
    }
    return front / fraction
  }

  /// `first + n₁/(d₁ + n₂/(d₂ + …))` by the modified Lentz method.
  private static func continuedFraction(first: Double, _ term: (Int) -> (numerator: Double, denominator: Double))
    -> Double
  {
    let tiny = 1e-300
    var value = first == 0 ? tiny : first
    var c = value
    var d = 0.0
    for index in 1...10_000 {
      let (numerator, denominator) = term(index)
      d = denominator + numerator * d
      if abs(d) < tiny { d = tiny }
      d = 1 / d
      c = denominator + numerator / c
      if abs(c) < tiny { c = tiny }
      let factor = c * d
      value *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return value
  }

  /// log Γ(x) for x > 0 by Stirling's series, shifted to x ≥ 12 by the recurrence.
  static func logGamma(_ x: Double) -> Double {
    var z = x
    var shift = 0.0
    while z < 12 {
      shift += log(z)
      z += 1
    }
    let w = 1 / (z * z)
    let series =
      1.0 / 12 - w
      * (1.0 / 360 - w * (1.0 / 1260 - w * (1.0 / 1680 - w * (1.0 / 1188 - w * (691.0 / 360_360 - w / 156)))))
    return (z - 0.5) * log(z) - z + 0.5 * log(2 * Double.pi) + series / z - shift
  }
}
