import Foundation
import Rival

/// A run's history as comma-separated values: `step`, then a column for everything that rounds record.
enum HistoryFile {
  /// Writes the table; the old one stays until the new one is whole.
  ///
  /// Values are float32 and written with the fewest digits that read back as the same; what was not recorded yet is `nan`.
  ///
  /// - Throws: `DataError` where the file cannot be written.
  static func write(_ history: History, to path: String) throws {
    let columns = history.names.map { history[$0] ?? [] }
    var text = (["step"] + history.names).joined(separator: ",") + "\n"
    for (row, step) in history.steps.enumerated() {
      text += String(step)
      for column in columns { text += "," + Float(column[row]).description }
      text += "\n"
    }
    try RunFile.write(text, to: path)
  }
}

/// Text files of a run.
enum RunFile {
  /// Writes a file; the old one stays until the new one is whole.
  ///
  /// - Throws: `DataError` where it cannot be written.
  static func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw DataError(
        "it cannot be written (\(error.localizedDescription))", file: path,
        remedy: "check that its folder is there and writable, and has room")
    }
  }
}
