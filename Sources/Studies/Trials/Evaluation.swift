/// What was measured of a generator after so many rounds: values by name, in the order of the study's metrics.
public struct Evaluation: Codable, Sendable, Equatable {
  /// The rounds played.
  public var step: Int
  /// The values, under the names of the study's measures.
  public var values: [Value]
  /// The metrics that could not be computed, with the reason; empty where all were.
  public var failures: [Failure]

  /// One value.
  public struct Value: Codable, Sendable, Equatable {
    /// The measure's name.
    public var name: String
    /// The value; `nil` where these samples have none, such as a divergence of modes where no sample is in one.
    public var value: Double?

    /// Creates a value; a number that is not finite counts as none.
    public init(_ name: String, _ value: Double?) {
      self.name = name
      self.value = value.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// A metric that could not be computed.
  public struct Failure: Codable, Sendable, Equatable {
    /// The metric's specification.
    public var metric: String
    /// Why.
    public var reason: String
  }

  /// Creates an evaluation; see the fields.
  public init(step: Int, values: [Value], failures: [Failure] = []) {
    self.step = step
    self.values = values
    self.failures = failures
  }

  /// The value of that name; `nil` where there is none.
  public subscript(name: String) -> Double? { values.first { $0.name == name }?.value }
}
