/// P(X > Y): how probably a run of one variant is better than a run of another, where ties count half.
///
/// It depends on the order of scores alone, so that it needs no scale and no distribution. NaN, the score of a run that failed or diverged, is
/// worse than every number and ties with itself: such runs are counted, not dropped.
///
/// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice"; Bouthillier et al. 2021, "Accounting for
/// Variance in Machine Learning Benchmarks".
public enum ProbabilityOfImprovement {
  /// What counted scores give: wins, ties and losses.
  public struct Tally: Sendable, Equatable {
    /// How often the first was better.
    public var wins: Int
    /// How often both were equal.
    public var ties: Int
    /// How often the second was better.
    public var losses: Int

    /// Creates a tally of counts, none negative.
    public init(wins: Int, ties: Int, losses: Int) {
      precondition(min(wins, ties, losses) >= 0, "nothing happens fewer than 0 times")
      self.wins = wins
      self.ties = ties
      self.losses = losses
    }

    /// (wins + ties/2) / all; NaN of nothing.
    public var probability: Double { (Double(wins) + Double(ties) / 2) / Double(wins + ties + losses) }

    /// The exact interval of Clopper and Pearson, in which a tie is half a win: with no ties it lies above ½ exactly where the two-sided sign
    /// test rejects at 1 − `level`. At least one comparison; the comparisons must be independent, as pairs are.
    public func exactInterval(level: Double = 0.95) -> ConfidenceInterval {
      Statistics.clopperPearsonInterval(
        successes: Double(wins) + Double(ties) / 2, trials: wins + ties + losses, level: level)
    }
  }

  /// Counts pairs: entry `i` of both belongs together, such as by its seed.
  public static func paired(_ first: [Double], _ second: [Double], isBetterHigher: Bool = true) -> Tally {
    precondition(first.count == second.count, "pairs need as many scores on both sides")
    return zip(first, second).reduce(into: Tally(wins: 0, ties: 0, losses: 0)) {
      $0.count(worth($1.0, isBetterHigher), worth($1.1, isBetterHigher))
    }
  }

  /// Counts every score of the first against every one of the second, as the Mann-Whitney statistic does: wins + ties/2 is its U.
  public static func unpaired(_ first: [Double], _ second: [Double], isBetterHigher: Bool = true) -> Tally {
    let others = second.map { worth($0, isBetterHigher) }
    var tally = Tally(wins: 0, ties: 0, losses: 0)
    for score in first.map({ worth($0, isBetterHigher) }) {
      for other in others { tally.count(score, other) }
    }
    return tally
  }

  /// P(X > Y) of unpaired runs, the mean over tasks, with its stratified percentile bootstrap interval.
  ///
  /// - Parameters:
  ///   - first: for each task the scores of the first variant's runs, at least one each.
  ///   - second: the same of the second variant: as many tasks, any number of runs.
  public static func interval(
    tasks first: [[Double]], _ second: [[Double]], isBetterHigher: Bool = true, level: Double = 0.95,
    bootstrap: Bootstrap = Bootstrap()
  ) -> ConfidenceInterval {
    precondition(first.count == second.count && !first.isEmpty, "both sides need the same tasks, at least one")
    // The doubled win, tie or loss of each run against each, found once.
    let outcomes = zip(first, second).map { ours, theirs in
      ours.map { a in theirs.map { b in doubled(worth(a, isBetterHigher), worth(b, isBetterHigher)) } }
    }
    let sizes = first.map(\.count) + second.map(\.count)
    return bootstrap.interval(ofStrata: sizes, level: level) { indices in
      var total = 0.0
      for task in outcomes.indices {
        let (rows, columns) = (indices[task], indices[outcomes.count + task])
        var sum = 0
        for row in rows {
          for column in columns { sum += outcomes[task][row][column] }
        }
        total += Double(sum) / Double(2 * rows.count * columns.count)
      }
      return total / Double(outcomes.count)
    }
  }

  /// P(X > Y) of pairs with its percentile bootstrap interval: whole pairs are resampled. At least one pair.
  ///
  /// It has no width where all pairs agree; ``Tally/exactInterval(level:)`` has.
  public static func interval(
    pairs first: [Double], _ second: [Double], isBetterHigher: Bool = true, level: Double = 0.95,
    bootstrap: Bootstrap = Bootstrap()
  ) -> ConfidenceInterval {
    precondition(first.count == second.count && !first.isEmpty, "pairs need as many scores on both sides, at least one")
    let outcomes = zip(first, second).map { doubled(worth($0, isBetterHigher), worth($1, isBetterHigher)) }
    return bootstrap.interval(ofStrata: [outcomes.count], level: level) { indices in
      Double(indices[0].reduce(0) { $0 + outcomes[$1] }) / Double(2 * outcomes.count)
    }
  }

  /// A score as one for which more is better and what failed is the least.
  static func worth(_ score: Double, _ isBetterHigher: Bool) -> Double {
    score.isNaN ? -.infinity : isBetterHigher ? score : -score
  }

  /// 2, 1 or 0 for a win, a tie or a loss of the first.
  private static func doubled(_ first: Double, _ second: Double) -> Int { first > second ? 2 : first == second ? 1 : 0 }
}

extension ProbabilityOfImprovement.Tally {
  fileprivate mutating func count(_ first: Double, _ second: Double) {
    if first > second { wins += 1 } else if first == second { ties += 1 } else { losses += 1 }
  }
}
