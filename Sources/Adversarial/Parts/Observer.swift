import Components
import Networks

/// Looks at a run at a cadence and says what it sees. It cannot touch the run: training with and without it gives the same bytes.
///
/// What trains a run asks no more of a diagnostic than this; what its readings mean is the rest of `Diagnostic`.
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
}

extension Observer {
  public func applies(to run: Observation) -> Bool { true }

  /// The column of one of its readings.
  ///
  /// - Parameter null: what the names of its null's columns begin with; `name.null` by default.
  public static func column(_ reading: String, null: String? = nil) -> ReadingColumn {
    ReadingColumn(diagnostic: name, reading: reading, null: null)
  }
}
