import Metrics

/// The best value that one may expect of so many runs of a variant; a run that failed, diverged or has no value counts as worst.
public struct BestOfRuns: Codable, Sendable, Equatable {
  /// The number of runs.
  public var runs: Int
  /// The unbiased estimate: the mean best of all choices of so many seeds; `nil` where a run without a value contributes.
  public var unbiased: Double?
  /// The plug-in estimate, which is pessimistic; `nil` where a run without a value contributes.
  public var plugIn: Double?

  /// The estimates for 1 to n runs, at most 10, from n scores, NaN where there is none.
  static func all(_ scores: [Double], isBetterHigher: Bool) -> [BestOfRuns] {
    guard !scores.isEmpty else { return [] }
    return (1...min(scores.count, 10)).map { runs in
      let unbiased = ExpectedBest.unbiased(scores, of: runs, isBetterHigher: isBetterHigher)
      let plugIn = ExpectedBest.plugIn(scores, of: runs, isBetterHigher: isBetterHigher)
      return BestOfRuns(
        runs: runs, unbiased: unbiased.isFinite ? unbiased : nil, plugIn: plugIn.isFinite ? plugIn : nil)
    }
  }
}
