import Components
import Networks

/// Looks at a run at a cadence: it says what it sees, writes it somewhere, or ends the run. It cannot touch the numbers: training with and without it gives
/// the same bytes.
///
/// What trains a run asks no more of a diagnostic than this; what its readings mean is the rest of `Diagnostic`. One that is no diagnostic is a callback.
public protocol Observer: Component {
  /// Rounds between two observations of a running training; 0 for none, where only a request counts. The cadence counts rounds and never
  /// seconds, so that what is recorded repeats.
  var every: Int { get set }

  /// Whether the run has what is needed, such as known modes in the data or a discriminator in the game; `true` by default. One that does not
  /// apply is left out of the standard set and of a diagnosis of everything; asked for by name, it says what is missing.
  func applies(to run: Observation) -> Bool

  /// What there is to see, in a fixed order. It becomes a row of the table ``Trainer/observations`` under the component's name.
  ///
  /// - Throws: what cannot be computed here and why; the run goes on, and the reason is kept in ``Trainer/diagnosticFailures``.
  func observe(_ run: Observation) throws -> [Reading]

  /// Why the run ends after this round, as a part of a sentence; `nil`, the default, where it goes on. Asked after each look, whose readings are recorded by
  /// then; it depends on what the run has recorded alone, so that a resumed run ends where one that was never stopped does.
  func reasonToStop(_ run: Observation) -> String?
}

extension Observer {
  public func applies(to run: Observation) -> Bool { true }
  public func reasonToStop(_ run: Observation) -> String? { nil }

  /// The column of one of its readings.
  ///
  /// - Parameter null: what the names of its null's columns begin with; `name.null` by default.
  public static func column(_ reading: String, null: String? = nil) -> ReadingColumn {
    ReadingColumn(diagnostic: name, reading: reading, null: null)
  }
}
