/// The share of runs that score above each threshold τ: one curve a variant, which shows all of a distribution and not its mean alone.
///
/// The mean over tasks of P(score > τ), so that tasks with more runs weigh no more; NaN, the score of a run that failed, is above nothing.
/// For scores of which less is better, give their negatives. Dolan and Moré 2002; Agarwal et al. 2021.
public struct PerformanceProfile: Sendable, Equatable {
  /// The thresholds τ, as given.
  public let thresholds: [Double]
  /// P(score > τ) for each threshold, 0…1.
  public let shares: [Double]

  /// Counts the runs of `tasks`, for each task its runs' scores, at least one each.
  public init(tasks: [[Double]], thresholds: [Double]) {
    precondition(!tasks.isEmpty && tasks.allSatisfy { !$0.isEmpty }, "a profile needs a task, and a run of each")
    self.thresholds = thresholds
    shares = thresholds.map { threshold in
      Statistics.mean(tasks.map { runs in Double(runs.count { $0 > threshold }) / Double(runs.count) })
    }
  }

  /// P(score > `threshold`) with its stratified percentile bootstrap interval.
  public static func interval(
    tasks: [[Double]], above threshold: Double, level: Double = 0.95, bootstrap: Bootstrap = Bootstrap()
  ) -> ConfidenceInterval {
    precondition(!tasks.isEmpty, "a profile needs a task")
    return bootstrap.interval(ofStrata: tasks.map(\.count), level: level) { indices in
      Statistics.mean(
        indices.enumerated().map { task, runs in
          Double(runs.count { tasks[task][$0] > threshold }) / Double(runs.count)
        })
    }
  }
}
