import Foundation

/// The difference between two variants, with how sure one can be of it.
public struct Comparison: Sendable, Equatable {
  /// The mean difference, first minus second, and its 95 % interval by Student's t.
  public let difference: ConfidenceInterval
  /// Student's t of the difference.
  public let statistic: Double
  /// The degrees of freedom of ``statistic``.
  public let degreesOfFreedom: Double
  /// The two-sided p-value by Student's t.
  public let pValue: Double
  /// The two-sided p-value that assumes no distribution: of all sign flips (paired) or relabellings (unpaired) of the data.
  ///
  /// It cannot be below 2/2ⁿ for `n` pairs: three seeds give 0.25 at best, six give 0.031.
  public let permutationPValue: Double

  /// Compares scores of the same seeds: entry `i` of both is one seed. At least two pairs.
  public static func paired(_ first: [Double], _ second: [Double], level: Double = 0.95) -> Comparison {
    precondition(first.count == second.count && first.count > 1, "a paired comparison needs two or more pairs")
    let differences = zip(first, second).map { $0 - $1 }
    let interval = Statistics.confidenceInterval(differences, level: level)
    let degrees = Double(differences.count - 1)
    let t = ratio(interval.estimate, Statistics.standardError(differences))
    return Comparison(
      difference: interval, statistic: t, degreesOfFreedom: degrees,
      pValue: StudentT(degreesOfFreedom: degrees).twoSided(t),
      permutationPValue: PermutationTest.signFlip(differences))
  }

  /// Compares scores of different seeds by Welch's test, which does not assume equal variances. At least two of each.
  public static func unpaired(_ first: [Double], _ second: [Double], level: Double = 0.95) -> Comparison {
    precondition(first.count > 1 && second.count > 1, "an unpaired comparison needs two or more scores of each")
    let a = pow(Statistics.standardError(first), 2)
    let b = pow(Statistics.standardError(second), 2)
    let spread = (a + b).squareRoot()
    let estimate = Statistics.mean(first) - Statistics.mean(second)
    let welch = (a + b) * (a + b) / (a * a / Double(first.count - 1) + b * b / Double(second.count - 1))
    let degrees = welch.isFinite ? welch : Double(first.count + second.count - 2)
    let distribution = StudentT(degreesOfFreedom: degrees)
    let half = distribution.quantile((1 + level) / 2) * spread
    let t = ratio(estimate, spread)
    return Comparison(
      difference: ConfidenceInterval(estimate: estimate, lower: estimate - half, upper: estimate + half, level: level),
      statistic: t, degreesOfFreedom: degrees, pValue: distribution.twoSided(t),
      permutationPValue: PermutationTest.relabelling(first, second))
  }

  /// `estimate / error`, where no difference with no spread is 0.
  private static func ratio(_ estimate: Double, _ error: Double) -> Double {
    estimate == 0 && error == 0 ? 0 : estimate / error
  }
}
