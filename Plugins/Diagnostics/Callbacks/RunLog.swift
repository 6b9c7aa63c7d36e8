import Adversarial
import Components

/// Writes what rounds record, and what diagnostics read in the same round, into a file as the run goes on: a row a look.
///
/// A name that ends in `.csv` makes a table whose columns are those of the history and `NAME/READING` of diagnostics; any other, such as `log.jsonl`, a JSON document
/// a line. The path is meant from the run's folder (``Adversarial/Trainer/folder``). A run that goes on from an earlier round takes its later rows out first. Diagnostics
/// look in the order in which they stand, so that it stands behind those whose readings it writes.
public struct RunLog: Observer {
  public static let name = "log"
  public static let summary = "Writes what rounds record and diagnostics read into a file, a row a look: CSV or JSON lines."
  public static let fieldDescriptions = [
    "every": "Rounds between two rows; 100 by default",
    "file": "The file, from the run's folder: 'log.csv' (the default) for a table, any other ending for a JSON document a line",
  ]

  /// Rounds between two rows; 100 by default.
  public var every: Int = 100
  /// The file, from the run's folder: `log.csv` (the default) for a table, any other ending for a JSON document a line.
  public var file: String = "log.csv"

  public init() {}
  public init(every: Int, file: String = "log.csv") { (self.every, self.file) = (every, file) }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    guard !file.isEmpty else { throw ComponentError(component: name, field: "file", value: file, expected: "the name of a file") }
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    var values = run.history.names.map { ($0, run.history[$0]?.last ?? .nan) }
    for diagnostic in run.observations.names {
      guard let table = run.observations[diagnostic], table.steps.last == run.step else { continue }
      values += table.names.map { ("\(diagnostic)/\($0)", table[$0]?.last ?? .nan) }
    }
    let path = file.hasPrefix("/") ? file : run.folder.map { "\($0)/\(file)" } ?? file
    try LogFile(path).append(step: run.step, values)
    return []
  }
}
