import Components
import Networks

/// Looks at a run at a cadence and says what it sees. It cannot touch the run: training with and without it gives the same bytes.
///
/// ```swift
/// struct WeightNorm: Diagnostic {
///   static let name = "weight-norm"
///   static let summary = "The Euclidean norm of the generator's parameters."
///   var every = 100
///   func observe(_ run: Observation) throws -> [Reading] {
///     [Reading("generator", try run.norm(of: .generator))]
///   }
/// }
/// ```
public protocol Diagnostic: Component {
  /// Rounds between two observations of a running training; 0 for none, where only a request counts. The cadence counts rounds and never
  /// seconds, so that what is recorded repeats.
  var every: Int { get set }

  /// Whether the data has what the diagnostic needs, such as known modes; `true` by default. One that does not apply is left out of the standard
  /// set and of a diagnosis of everything; asked for by name, it says what is missing.
  func applies(to samples: any Samples) -> Bool

  /// What there is to see, in a fixed order. It becomes a row of the table ``Trainer/observations`` under the diagnostic's name.
  ///
  /// - Throws: what cannot be computed here and why; the run goes on, and the reason is kept in ``Trainer/diagnosticFailures``.
  func observe(_ run: Observation) throws -> [Reading]
}

extension Diagnostic {
  public func applies(to samples: any Samples) -> Bool { true }
}

/// One number that a diagnostic read off a run.
public struct Reading: Sendable, Equatable {
  /// Unique within the diagnostic: `spread`, `generator.norm`.
  public var name: String
  /// NaN where the question has no answer at this moment, such as a ratio whose denominator is noise.
  public var value: Double

  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}
