/// How many runs a comparison needs before it is begun. By normal approximation; round up.
public enum SampleSize {
  /// Runs of each variant for a two-sided test of means: 2 (z(1 − α/2) + z(power))² / d².
  ///
  /// Student's t needs about one more of each where they are fewer than 20.
  ///
  /// - Parameters:
  ///   - effect: Cohen's d, the difference in standard deviations of a run; not 0.
  ///   - power: the probability of finding it, 0.8 by default.
  ///   - significance: α, 0.05 by default.
  public static func forMeans(effect: Double, power: Double = 0.8, significance: Double = 0.05) -> Double {
    precondition(effect != 0, "no effect takes endless runs to find")
    let z = normalQuantile(1 - significance / 2) + normalQuantile(power)
    return 2 * z * z / (effect * effect)
  }

  /// Runs of each variant for a one-sided Mann-Whitney test to tell P(X > Y) = `probability` from ½: (z(1 − α) + z(power))² / (6 (p − ½)²).
  ///
  /// Noether 1987, "Sample size determination for some common nonparametric tests"; Bouthillier et al. 2021 recommend p = 0.75 with errors
  /// of 5 %, which gives 29.
  ///
  /// - Parameters:
  ///   - probability: P(X > Y), in 0…1 and not ½.
  ///   - power: the probability of finding it, 0.95 by default.
  ///   - significance: α, 0.05 by default.
  public static func forRanks(probability: Double, power: Double = 0.95, significance: Double = 0.05) -> Double {
    squaredDistance(probability, power, significance) / 6
  }

  /// Pairs for a one-sided sign test to tell P(X > Y) = `probability` from ½: (z(1 − α) + z(power))² / (4 (p − ½)²), by Noether 1987.
  ///
  /// The parameters are those of ``forRanks(probability:power:significance:)``. p = 0.75 gives 44: signs say less than ranks.
  public static func forSigns(probability: Double, power: Double = 0.95, significance: Double = 0.05) -> Double {
    squaredDistance(probability, power, significance) / 4
  }

  /// ((z(1 − α) + z(power)) / (p − ½))².
  private static func squaredDistance(_ probability: Double, _ power: Double, _ significance: Double) -> Double {
    precondition((0...1).contains(probability) && probability != 0.5, "a probability of \(probability) cannot be told from 0.5")
    let ratio = (normalQuantile(1 - significance) + normalQuantile(power)) / (probability - 0.5)
    return ratio * ratio
  }

  /// The standard normal z with P(Z ≤ z) = `probability` in (0, 1), by bisection.
  static func normalQuantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile needs a probability between 0 and 1")
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if BinomialTest.normalUpperTail(-middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
