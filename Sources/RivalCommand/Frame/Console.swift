import Foundation
import Rival

/// Where commands write: results on standard output, everything else on standard error.
public enum Console {
  /// Writes a line of the result on standard output.
  public static func result(_ line: String) {
    write(line + "\n", to: FileHandle.standardOutput)
  }

  /// Writes the one JSON document of a command run with `--json` on standard output.
  public static func result(_ document: JSONValue) throws {
    result(try document.text(pretty: true))
  }

  /// Writes a line for people on standard error.
  public static func note(_ line: String) {
    write(line + "\n", to: FileHandle.standardError)
  }

  /// Shows on a terminal what is being done, in place of what was shown before; elsewhere nothing.
  static func progress(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    write("\r\(text)\u{1B}[K", to: FileHandle.standardError)
  }

  /// Writes a line that begins with `warning:` on standard error.
  public static func warn(_ text: String) {
    note("warning: \(text)")
  }

  /// Reports an error as one short paragraph on standard error.
  public static func report(_ error: any Error) {
    note("error: \(text(of: error))")
  }

  /// Reports an error and ends the process with ``ExitStatus/failure``.
  public static func fail(_ error: any Error) -> Never {
    report(error)
    exit(ExitStatus.failure.rawValue)
  }

  /// An error as people read it: its own description, or the system's words for errors of the system.
  static func text(of error: any Error) -> String {
    switch error {
    case is CocoaError, is POSIXError: error.localizedDescription
    default: "\(error)"
    }
  }

  /// A closed pipe is no reason to fail: whoever closed it has read enough.
  static func write(_ text: String, to handle: FileHandle) {
    try? handle.write(contentsOf: Data(text.utf8))
  }
}
