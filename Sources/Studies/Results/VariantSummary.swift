import Metrics

/// The median of a variant's runs with an interval: `MedianInterval`, as files hold it.
public struct StoredMedian: Codable, Sendable, Equatable {
  /// The median; `nil` where a run without a value decides it.
  public var median: Double?
  /// The lower end; `nil` where that is a run without a value.
  public var lower: Double?
  /// The upper end.
  public var upper: Double?
  /// The probability with which such an interval holds the median of all runs that there could be: at least 0.95 from six seeds on.
  public var coverage: Double

  init(_ interval: MedianInterval) {
    func known(_ value: Double) -> Double? { value.isFinite ? value : nil }
    (median, lower, upper) = (known(interval.median), known(interval.lower), known(interval.upper))
    coverage = interval.coverage
  }

  /// Whether it is an interval of 95 %, and not only the range of a few runs.
  var isFull: Bool { coverage >= 0.95 }
}

/// One measure of one variant over its seeds.
public struct MeasureSummary: Codable, Sendable, Equatable {
  /// The name of the measure.
  public var measure: String
  /// The value of each seed, in the study's order; `nil` where the trial failed or the measure has no value.
  public var values: [Double?]
  /// The mean of the values there are; `nil` where there are none.
  public var mean: Double?
  /// The median of all runs, of which one without a value is the worst, with its interval; `nil` where there is none.
  public var median: StoredMedian?
  /// The worst value there is.
  public var worst: Double?
  /// How many seeds reach the best value that there can be; `nil` where there is no such value.
  public var seedsAtBest: Int?
  /// The difference to the reference variant; `nil` for the reference itself, and with a single seed.
  public var difference: Difference?
  /// The mean of the middle half of all runs; `nil` where a run without a value decides it.
  public var interquartileMean: Double?
  /// The expected best of 1, 2, … runs, at most 10.
  public var best: [BestOfRuns]

  /// Summarizes `values`, one a seed, of which `scores` are what counts (more is better), NaN where the run failed, diverged or has no value.
  init(_ measure: Measure, values: [Double?], scores: [Double]) {
    self.measure = measure.name
    self.values = values
    let known = values.compactMap { $0 }
    mean = known.isEmpty ? nil : Statistics.mean(known)
    worst = known.min { measure.score($0) < measure.score($1) }
    let lower = measure.goal == .lower
    // Scores are values but for a sign, where there is a direction.
    let counted = measure.goal == .null ? zip(values, scores).map { $1.isNaN ? .nan : $0 ?? .nan } : scores.map { lower ? -$0 : $0 }
    seedsAtBest = measure.display.best.map { best in counted.count { $0 == best } }
    let worthless = lower ? Double.infinity : -.infinity
    // Where neither way is better, a run without a value is left out: it is on no side.
    let ordered = measure.goal == .null ? counted.filter { !$0.isNaN } : counted.map { $0.isNaN ? worthless : $0 }
    median = known.isEmpty || ordered.isEmpty ? nil : StoredMedian(MedianInterval(ordered))
    let middle = Statistics.interquartileMean(counted.map { $0.isNaN ? worthless : $0 })
    interquartileMean = middle.isFinite ? middle : nil
    best = measure.goal == .null ? [] : BestOfRuns.all(counted, isBetterHigher: !lower)
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
