import Foundation
import Metrics

/// Whether to go on, to stop, or to go back to an earlier checkpoint: read from a metric's evaluations over a run.
public struct StopAdvice: Sendable, Equatable {
  /// Which way is better.
  public enum Goal: String, Sendable, Codable {
    /// A distance.
    case lower
    /// A score.
    case higher
  }

  /// What the last evaluations do.
  public enum Verdict: String, Sendable, Codable {
    /// Too few evaluations to tell.
    case tooFew
    case improving
    case plateau
    case worsening
  }

  /// What to do.
  public enum Action: String, Sendable, Codable {
    case proceed
    /// Stop: nothing has become better for as many evaluations as patience allows.
    case stop
    /// Go back to the best checkpoint: the metric gets worse.
    case rollBack
  }

  /// The step of the best evaluation; the first of equal ones.
  public let bestStep: Int
  /// The metric there. As the best of many noisy values it is an optimistic estimate.
  public let bestValue: Double
  /// The middle step of the best three evaluations in a row: less a matter of luck than one value. ``bestStep`` where there are fewer than 3.
  public let steadyBestStep: Int
  /// How many evaluations followed the best.
  public let evaluationsSinceBest: Int
  /// The trend of the last evaluations; `nil` where there are fewer than 5.
  public let tail: Trend?
  /// How many evaluations the tail holds.
  public let tailCount: Int
  /// What the last evaluations do.
  public let verdict: Verdict
  /// What to do.
  public let action: Action

  /// Reads a metric's `values`, evaluated at `steps`.
  ///
  /// - Parameters:
  ///   - goal: which way is better; a lower value by default.
  ///   - patience: after how many evaluations without a new best a plateau is a reason to stop; 10 by default.
  ///   - window: how many of the last evaluations the trend is read from, at least 5; 20 by default.
  ///   - level: of the trend test; 0.05 by default.
  /// - Throws: ``DiagnosticsError`` where there is no value, one is not finite, or steps do not ascend.
  public init(
    steps: [Int], values: [Double], goal: Goal = .lower, patience: Int = 10, window: Int = 20, level: Double = 0.05
  ) throws {
    precondition(patience >= 1 && window >= 5, "stop advice needs a patience of at least 1 and a window of at least 5")
    try SeriesCheck.require(values, atLeast: 1, for: "stop advice")
    try SeriesCheck.requireAscending(steps.map(Double.init), count: values.count, for: "stop advice")
    let costs = goal == .lower ? values : values.map { -$0 }
    let best = costs.indices.reduce(0) { costs[$1] < costs[$0] ? $1 : $0 }
    bestStep = steps[best]
    bestValue = values[best]
    evaluationsSinceBest = values.count - 1 - best
    var steady = best
    var lowest = Double.infinity
    for middle in 1..<max(1, costs.count - 1) {
      let mean = (costs[middle - 1] + costs[middle] + costs[middle + 1]) / 3
      if mean < lowest { (lowest, steady) = (mean, middle) }
    }
    steadyBestStep = steps[steady]
    tailCount = min(window, values.count)
    guard tailCount >= 5 else {
      tail = nil
      verdict = .tooFew
      action = .proceed
      return
    }
    let trend = try Trend(Array(costs.suffix(tailCount)), steps: Array(steps.suffix(tailCount)), level: level)
    tail = goal == .lower ? trend : try Trend(Array(values.suffix(tailCount)), steps: Array(steps.suffix(tailCount)), level: level)
    switch trend.direction {
    case .falling:
      verdict = .improving
      action = .proceed
    case .rising:
      verdict = .worsening
      action = .rollBack
    case .none:
      verdict = .plateau
      action = evaluationsSinceBest >= patience ? .stop : .proceed
    }
  }
}
