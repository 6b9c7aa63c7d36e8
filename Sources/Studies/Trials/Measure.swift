import Metrics

/// What a study compares: one number a trial, with the metric that gives it and how it is read and shown.
public struct Measure: Codable, Sendable, Equatable {
  /// Unique in the study: the value's name, with the metric's fields where they are not the defaults: `precision:neighbors=5`.
  public var name: String
  /// The specification of the metric.
  public var metric: String
  /// The specification of the features that are compared; `nil` for the samples themselves.
  public var features: String?
  /// Which way is better.
  public var goal: MetricValue.Goal
  /// How it is shown.
  public var display: MetricDisplay
  /// Whether it decides which variant is better.
  public var isPrimary: Bool
  /// What real samples give in place of generated ones, as many and against the same reference; `nil` where it is not known.
  public var null: NullBand?

  /// Creates a measure; see the fields.
  public init(
    name: String, metric: String, features: String? = nil, goal: MetricValue.Goal, display: MetricDisplay, isPrimary: Bool = false,
    null: NullBand? = nil
  ) {
    self.name = name
    self.metric = metric
    self.features = features
    self.goal = goal
    self.display = display
    self.isPrimary = isPrimary
    self.null = null
  }

  /// A value so that more is better: itself, its negative, or its negative distance from the null's mean (from 0 where there is no null).
  public func score(_ value: Double) -> Double {
    switch goal {
    case .higher: value
    case .lower: -value
    case .null: -abs(value - (null?.mean ?? 0))
    }
  }
}

extension [Measure] {
  /// Lets the measures of the first metric decide where none does.
  public mutating func chooseDeciding() {
    guard !contains(where: \.isPrimary), let first = first?.metric else { return }
    for index in indices where self[index].metric == first { self[index].isPrimary = true }
  }
}
