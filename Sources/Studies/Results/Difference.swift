import Metrics

/// How a variant's measure differs from the reference's, and how sure that is.
///
/// Every run counts: one that failed, diverged or has no value is worse than all others, and ties with its like.
public struct Difference: Codable, Sendable, Equatable {
  /// How many runs of each were compared: one a seed.
  public var runs: Int
  /// How many of both together have no value to count.
  public var worthless: Int
  /// Which test was taken; see ``Pairing``.
  public var test: Test
  /// How probably a run of the variant is better than one of the reference, ties counting half, 0…1: of the same seed by ``Test/pairs``, of any by
  /// ``Test/ranks``.
  public var probability: Double
  /// By how much the variant's values exceed the reference's, in the measure's unit (Hodges and Lehmann); `nil` where failed runs decide it.
  public var shift: Double?
  /// The lower end of all shifts that the test does not reject at 5 %: holds 0 exactly where ``pValue`` is at least 0.05. `nil` where the runs are
  /// too few for any, or failed runs decide it.
  public var lower: Double?
  /// The upper end.
  public var upper: Double?
  /// The two-sided p-value, exact for as many runs as are usual.
  public var pValue: Double
  /// ``pValue`` corrected by Holm for all comparisons of measures that decide, of all variants; `nil` for a measure that does not decide.
  public var holmPValue: Double?
  /// What follows from ``holmPValue``, or, of a measure that does not decide, from nothing: ``Verdict/notTested``.
  public var verdict: Verdict

  /// A test of order, which needs no distribution: `RankTest` describes them.
  public enum Test: String, Codable, Sendable {
    /// Mann and Whitney's: every run of one against every run of the other.
    case ranks = "mann-whitney"
    /// Wilcoxon's: run against run of the same seed.
    case pairs = "wilcoxon"
  }

  /// What the comparison says at 5 %, all comparisons of the study taken together.
  public enum Verdict: String, Codable, Sendable {
    case better, worse
    /// A difference may be there or not.
    case notShown
    /// So few runs cannot show a difference among so many comparisons, whatever comes out.
    case tooFewRuns
    /// All runs are equal.
    case equal
    /// The measure does not decide.
    case notTested
  }

  /// Compares scores, one a seed, more is better, NaN where there is none; `nil` with fewer than two seeds.
  ///
  /// The shift is in the measure's values, or, where `goal` has no direction, in how much nearer they are to those of real data.
  init?(_ scores: [Double], reference: [Double], goal: MetricValue.Goal, test: Test) {
    guard scores.count >= 2 else { return nil }
    runs = scores.count
    worthless = (scores + reference).count(where: \.isNaN)
    self.test = test
    let tally =
      test == .pairs
      ? ProbabilityOfImprovement.paired(scores, reference) : ProbabilityOfImprovement.unpaired(scores, reference)
    probability = tally.probability
    let found = RankShift(scores, reference, isPaired: test == .pairs)
    pValue = found.pValue
    // Of lower values a score is the negative; without a direction it is the negative distance from real data.
    let isTurned = goal == .lower
    shift = isTurned ? found.estimate.map { $0 == 0 ? 0 : -$0 } : found.estimate
    lower = isTurned ? found.upper.map { $0 == 0 ? 0 : -$0 } : found.lower
    upper = isTurned ? found.lower.map { $0 == 0 ? 0 : -$0 } : found.upper
    verdict = tally.wins + tally.losses == 0 ? .equal : .notTested
  }

  /// Takes the p-value that Holm's correction for `comparisons` gives, and says what follows.
  mutating func correct(_ corrected: Double, comparisons: Int) {
    holmPValue = corrected
    guard verdict != .equal else { return }
    if corrected < 0.05 {
      verdict = probability > 0.5 ? .better : .worse
    } else {
      let least = RankTest.leastPValue(runs: runs, isPaired: test == .pairs) * Double(comparisons)
      verdict = least < 0.05 ? .notShown : .tooFewRuns
    }
  }
}

/// How alike runs of one seed are, from which the test follows: whether sharing a seed's data and latent vectors makes pairs tell more.
public struct Pairing: Codable, Sendable, Equatable {
  /// The measure.
  public var measure: String
  /// The mean over variants of Spearman's correlation with the reference over the seeds; `nil` where no variant and the reference both vary.
  public var correlation: Double?
  /// From which correlation on pairs tell more, with so many seeds.
  public var usefulCorrelation: Double
  /// The test that follows: pairs where the correlation is that far from 0. Below 0 the other test would be too sure; above 0 it is only weaker, so
  /// that it is taken where pairs are too few to show anything.
  public var test: Difference.Test

  /// Measures it of lists of one score a seed; at least two seeds.
  ///
  /// - Parameter comparisons: how many comparisons decide.
  init(_ measure: Measure, _ variants: [[Double]], reference: [Double], comparisons: Int) {
    self.measure = measure.name
    let known = variants.map { RankTest.correlation($0, reference) }.filter { !$0.isNaN }
    correlation = known.isEmpty ? nil : Statistics.mean(known)
    usefulCorrelation = RankTest.usefulCorrelation(runs: reference.count)
    let found = correlation ?? 0
    let canShow = StudyOutlook(comparisons: comparisons, seeds: reference.count).leastPairs <= reference.count
    test = found < -usefulCorrelation || found > usefulCorrelation && canShow ? .pairs : .ranks
  }
}
