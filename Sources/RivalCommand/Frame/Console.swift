import Foundation
import Rival
import Synchronization

/// Where commands write: results on standard output, everything else on standard error. What is written is fit to be shown
/// (`TerminalText`), wherever it came from.
public enum Console {
  /// The system's number of the first error that kept a result from being written; 0 for none.
  private static let failure = Atomic<Int32>(0)

  /// Writes a line of the result on standard output.
  public static func result(_ line: String) {
    writeResult(TerminalText.shown(line) + "\n")
  }

  /// Writes the one JSON document of a command run with `--json` on standard output.
  public static func result(_ document: JSONValue) throws {
    result(json: try document.text(pretty: true) + "\n")
  }

  /// Writes a JSON document that is text already.
  static func result(json: String) { writeResult(TerminalText.shown(json: json)) }

  /// Writes a line for people on standard error.
  public static func note(_ line: String) {
    write(TerminalText.shown(line) + "\n", to: STDERR_FILENO)
  }

  /// Shows on a terminal what is being done, in place of what was shown before; elsewhere nothing. An empty text takes it away.
  static func progress(_ text: String) {
    guard isTerminal else { return }
    write("\r" + TerminalText.shown(text.replacing("\n", with: " ")) + "\u{1B}[K", to: STDERR_FILENO)
  }

  /// Whether standard error is a terminal.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

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

  /// Throws where a result could not be written: the disk is full, or there is no standard output. That a reader closed the pipe is no failure: it
  /// has read enough.
  static func checkResults() throws {
    let code = failure.load(ordering: .relaxed)
    guard code != 0, code != EPIPE else { return }
    let reason = code == EBADF ? "it is closed" : String(cString: strerror(code))
    throw CommandFailure("the result could not be written on standard output: \(reason)")
  }

  /// Takes note that there is no standard output.
  static func noteClosedOutput() { failure.store(EBADF, ordering: .relaxed) }

  private static func writeResult(_ text: String) {
    let code = write(text, to: STDOUT_FILENO)
    if code != 0 { _ = failure.compareExchange(expected: 0, desired: code, ordering: .relaxed) }
  }

  /// Writes all of the text.
  ///
  /// - Returns: the system's number of the error that stopped it, or 0.
  @discardableResult
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
        if count > 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if count < 0, errno != EINTR {
          return errno == 0 ? EIO : errno
        }
      }
      return 0
    }
  }
}
