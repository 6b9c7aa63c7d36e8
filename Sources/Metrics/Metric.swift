import Components
import Tensors

/// A number that compares generated samples with real ones: a component, so that it is chosen by name and configured by fields.
///
/// A metric that is registered is known to `rival metrics` and `rival compare`, to their tables, documents and reports.
public protocol Metric: Component {
  /// What it asks of the samples; nothing by default: it takes samples, or features of them, of any dimension.
  var requirements: SampleRequirements { get }

  /// Compares `samples` with `reference`, samples of the same dimension.
  ///
  /// A pure function: the same samples, fields and key give the same values, always under the same names.
  ///
  /// - Parameters:
  ///   - samples: the generated samples.
  ///   - reference: real samples, which training did not see where the data keeps some back, with the data's modes where they are known.
  ///   - key: of everything random, such as directions, subsets and splits.
  /// - Throws: ``MetricError`` where the samples do not suffice; the message says what is needed.
  func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue]
}

extension Metric {
  public var requirements: SampleRequirements { SampleRequirements() }
}

/// One value of a metric, with its uncertainty, its null, and how it is shown.
public struct MetricValue: Codable, Sendable, Equatable {
  /// In kebab case, unique in the product: `precision`, `frechet-distance`.
  public var name: String
  /// The value; NaN where these samples have none.
  public var value: Double
  /// The standard error of the value, where the estimator has one.
  public var standardError: Double?
  /// What real samples against real samples give at this sample size: by formula, or from splits of the real samples.
  public var null: NullBand?
  /// Which way is better.
  public var goal: Goal
  /// How it is shown.
  public var display: MetricDisplay

  /// Which way is better.
  public enum Goal: String, Sendable, Codable {
    /// A distance: smaller is better, down to the null.
    case lower
    /// A score: larger is better, up to the null.
    case higher
    /// Either side of the null is bad: a classifier's accuracy, density.
    case null
  }

  /// Creates a value.
  ///
  /// - Parameter display: how it is shown; by default under its name with spaces for hyphens, with three significant digits.
  public init(
    _ name: String, _ value: Double, standardError: Double? = nil, null: NullBand? = nil, goal: Goal, display: MetricDisplay? = nil
  ) {
    self.name = name
    self.value = value
    self.standardError = standardError
    self.null = null
    self.goal = goal
    self.display = display ?? MetricDisplay(name.replacing("-", with: " "))
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
