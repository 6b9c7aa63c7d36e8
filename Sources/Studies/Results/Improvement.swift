import Metrics

/// How probably a variant is better than the reference: counted over pairs of runs with one seed.
///
/// A run that failed, diverged or has no value counts as worst; two of them tie.
public struct Improvement: Codable, Sendable, Equatable {
  /// How many seeds were compared: all of them.
  public var pairs: Int
  /// Pairs in which the variant was better.
  public var wins: Int
  /// Pairs in which both were equal; each counts half.
  public var ties: Int
  /// Pairs in which a run failed, diverged or has no value.
  public var incomplete: Int
  /// P(variant better than reference), 0…1.
  public var probability: Double
  /// The lower end of its exact 95 % interval by Clopper and Pearson.
  public var lower: Double
  /// The upper end.
  public var upper: Double
  /// What follows.
  public var verdict: Verdict

  /// What an interval says: it is compared with ½, which means no difference, and with ¾, from which on one is usually called meaningful
  /// (Bouthillier et al. 2021, "Accounting for Variance in Machine Learning Benchmarks").
  public enum Verdict: String, Codable, Sendable {
    /// The interval lies above ¾, or above ½.
    case muchBetter, better
    /// It lies below ¼, or below ½.
    case muchWorse, worse
    /// It holds ½.
    case undecided
    /// It holds ½, and would with any result of so few pairs.
    case tooFewPairs
    /// All pairs tie.
    case equal
  }

  /// Compares two lists of one score a seed, NaN where there is none; `nil` with fewer than two.
  init?(_ scores: [Double], reference: [Double], isBetterHigher: Bool) {
    guard scores.count >= 2 else { return nil }
    let tally = ProbabilityOfImprovement.paired(scores, reference, isBetterHigher: isBetterHigher)
    let interval = tally.exactInterval()
    pairs = scores.count
    wins = tally.wins
    ties = tally.ties
    incomplete = zip(scores, reference).count { $0.isNaN || $1.isNaN }
    probability = interval.estimate
    lower = interval.lower
    upper = interval.upper
    verdict = Self.verdict(tally, interval)
  }

  private static func verdict(_ tally: ProbabilityOfImprovement.Tally, _ interval: ConfidenceInterval) -> Verdict {
    let pairs = tally.wins + tally.ties + tally.losses
    if tally.ties == pairs { return .equal }
    if interval.lower > 0.5 { return interval.lower > 0.75 ? .muchBetter : .better }
    if interval.upper < 0.5 { return interval.upper < 0.25 ? .muchWorse : .worse }
    let best = Statistics.clopperPearsonInterval(successes: Double(pairs), trials: pairs)
    return best.lower > 0.5 ? .undecided : .tooFewPairs
  }
}
