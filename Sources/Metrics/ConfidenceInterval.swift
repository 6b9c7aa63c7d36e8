/// A range that holds a quantity with a given confidence.
public struct ConfidenceInterval: Sendable, Equatable {
  /// The estimate.
  public let estimate: Double
  /// The lower end.
  public let lower: Double
  /// The upper end.
  public let upper: Double
  /// The confidence, such as 0.95.
  public let level: Double

  /// Creates an interval from its numbers.
  public init(estimate: Double, lower: Double, upper: Double, level: Double = 0.95) {
    self.estimate = estimate
    self.lower = lower
    self.upper = upper
    self.level = level
  }

  /// Half the interval's width: what stands behind "±" where the interval is symmetric.
  public var halfWidth: Double { (upper - lower) / 2 }

  /// Whether `value` lies in the interval, its ends included.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}
