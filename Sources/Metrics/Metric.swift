import Components
import Tensors

/// A number that compares generated samples with real ones: a component, so that it is chosen by name and configured by fields.
public protocol Metric: Component {
  /// Compares `samples` with `reference`, samples of the same dimension.
  ///
  /// A pure function: the same samples, fields and key give the same values.
  ///
  /// - Parameter key: of everything random, such as directions, subsets and splits.
  /// - Throws: ``MetricError`` where the samples do not suffice; the message says what is needed.
  func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue]
}

/// One value of a metric, with its uncertainty and its null.
public struct MetricValue: Sendable, Equatable {
  /// In kebab case, unique in the product: `precision`, `frechet-distance`.
  public var name: String
  public var value: Double
  /// The standard error of the value, where the estimator has one.
  public var standardError: Double?
  /// What real samples against real samples give at this sample size: by formula, or from splits of the real samples.
  public var null: NullBand?
  /// Which way is better.
  public var goal: Goal

  public enum Goal: String, Sendable, Codable {
    /// A distance: smaller is better, down to the null.
    case lower
    /// A score: larger is better, up to the null.
    case higher
    /// Either side of the null is bad: a classifier's accuracy, density.
    case null
  }

  public init(_ name: String, _ value: Double, standardError: Double? = nil, null: NullBand? = nil, goal: Goal) {
    self.name = name
    self.value = value
    self.standardError = standardError
    self.null = null
    self.goal = goal
  }

  /// Whether the value is worse than the null band; `nil` without a band.
  public var isWorseThanNull: Bool? {
    guard let null else { return nil }
    let value = null.comparable ?? value
    switch goal {
    case .lower: return value > null.upper
    case .higher: return value < null.lower
    case .null: return value < null.lower || value > null.upper
    }
  }
}
