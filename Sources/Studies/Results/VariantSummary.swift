import Metrics

/// A 95 % interval as files hold it; ends that are not known (of fewer than two numbers) are `nil`.
public struct StoredInterval: Codable, Sendable, Equatable {
  /// The mean.
  public var mean: Double
  /// The lower end.
  public var lower: Double?
  /// The upper end.
  public var upper: Double?

  init(_ interval: ConfidenceInterval) {
    mean = interval.estimate
    lower = interval.lower.isFinite ? interval.lower : nil
    upper = interval.upper.isFinite ? interval.upper : nil
  }

  /// Half the width; NaN where an end is not known.
  var halfWidth: Double {
    guard let lower, let upper else { return .nan }
    return (upper - lower) / 2
  }
}

/// One measure of one variant over its seeds.
public struct MeasureSummary: Codable, Sendable, Equatable {
  /// The name of the measure.
  public var measure: String
  /// The value of each seed, in the study's order; `nil` where the trial failed or the measure has no value.
  public var values: [Double?]
  /// The mean of the values there are, with Student's 95 % interval; `nil` where there are none.
  public var interval: StoredInterval?
  /// The worst value there is.
  public var worst: Double?
  /// How many seeds reach the best value that there can be; `nil` where there is no such value.
  public var seedsAtBest: Int?
  /// The difference to the reference variant, seed by seed; `nil` for the reference itself, and with fewer than two pairs.
  public var difference: PairedDifference?
  /// How probably the variant is better than the reference; `nil` for the reference itself, and with a single seed.
  public var improvement: Improvement?
  /// The mean of the middle half of all runs; `nil` where a run without a value decides it.
  public var interquartileMean: Double?
  /// The expected best of 1, 2, … runs, at most 10.
  public var best: [BestOfRuns]

  /// Summarizes `values`, one a seed, of which `scores` are what counts (more is better), NaN where the run failed, diverged or has no value.
  init(_ measure: Measure, values: [Double?], scores: [Double]) {
    self.measure = measure.name
    self.values = values
    let known = values.compactMap { $0 }
    interval = known.isEmpty ? nil : StoredInterval(Statistics.confidenceInterval(known))
    worst = known.min { measure.score($0) < measure.score($1) }
    seedsAtBest = measure.display.best.map { best in values.count { $0 == best } }
    let lower = measure.goal == .lower
    // Scores are values but for a sign, where there is a direction.
    let counted = measure.goal == .null ? zip(values, scores).map { $1.isNaN ? .nan : $0 ?? .nan } : scores.map { lower ? -$0 : $0 }
    let worthless = lower ? Double.infinity : -.infinity
    let middle = Statistics.interquartileMean(counted.map { $0.isNaN ? worthless : $0 })
    interquartileMean = middle.isFinite ? middle : nil
    best = measure.goal == .null ? [] : BestOfRuns.all(counted, isBetterHigher: !lower)
  }
}

/// A variant's values minus the reference's, over the seeds that have both.
public struct PairedDifference: Codable, Sendable, Equatable {
  /// How many seeds have both.
  public var pairs: Int
  /// The mean difference with Student's 95 % interval.
  public var interval: StoredInterval
  /// The two-sided p-value of the paired t test; `nil` where all differences are equal, so that the test says nothing.
  public var pValue: Double?
  /// ``pValue`` after Holm's correction for the number of variants that are compared.
  public var holmPValue: Double?
  /// The two-sided p-value over all sign flips of the differences: it assumes no distribution, and is at least 2/2ⁿ.
  public var permutationPValue: Double

  /// Compares two lists of one value a seed; `nil` with fewer than two pairs.
  init?(_ values: [Double?], reference: [Double?]) {
    let both = zip(values, reference).compactMap { pair in pair.0.flatMap { a in pair.1.map { (a, $0) } } }
    guard both.count >= 2 else { return nil }
    let comparison = Comparison.paired(both.map(\.0), both.map(\.1))
    pairs = both.count
    interval = StoredInterval(comparison.difference)
    let first = both[0].0 - both[0].1
    let hasSpread = both.contains { $0.0 - $0.1 != first }
    pValue = hasSpread ? comparison.pValue : nil
    permutationPValue = comparison.permutationPValue
  }
}

/// What came out of one variant.
public struct VariantSummary: Codable, Sendable, Equatable {
  /// The variant.
  public var variant: Variant
  /// Trials that ran to the end.
  public var completed: Int
  /// Trials whose numbers went wrong; their measures count, taken where they stopped.
  public var diverged: Int
  /// Trials whose process failed; they have no measures.
  public var failed: Int
  /// The mean time of a round over all trials, in milliseconds; `nil` where none was played.
  public var millisecondsPerRound: Double?
  /// Floating-point operations of a round; `nil` where they were not counted.
  public var operationsPerRound: Int?
  /// How often each player moves in a round, by its name; `nil` where it was not counted.
  public var updatesPerRound: [String: Int]?
  /// Its measures, in the order of ``StudyResults/measures``.
  public var measures: [MeasureSummary]

  /// The summary of one measure.
  public func summary(of measure: Measure) -> MeasureSummary? { summary(of: measure.name) }

  /// The summary of the measure of that name.
  public func summary(of name: String) -> MeasureSummary? { measures.first { $0.measure == name } }
}
