import Adversarial

/// A reading that gets better while the generator learns.
public struct ProgressMeasure: Sendable, Equatable {
  public enum Goal: String, Sendable, Codable {
    case lower, higher
  }

  public var column: ReadingColumn
  /// Which way is better.
  public var goal: Goal
  /// The best value that there can be: 0 of a distance, 1 of a share.
  public var best: Double

  public init(_ column: ReadingColumn, goal: Goal, best: Double) {
    self.column = column
    self.goal = goal
    self.best = best
  }
}
