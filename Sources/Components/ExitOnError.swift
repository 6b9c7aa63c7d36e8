import Foundation

/// Runs the body of a program; an error ends the process with status 1 and is told in one paragraph on standard error.
///
/// An error that is thrown at the top level of a program is a crash otherwise, with a trace of the stack.
///
/// ```swift
/// exitOnError {
///   let trainer = try Trainer(resuming: "ring.h5")
///   try trainer.run(until: 4_000)
/// }
/// ```
public func exitOnError<Result>(_ body: () throws -> Result) -> Result {
  do {
    return try body()
  } catch {
    FileHandle.standardError.write(Data("error: \(text(of: error))\n".utf8))
    exit(1)
  }
}

/// An error as people read it: its own description, or the system's words, with the file, for errors of the system.
private func text(of error: any Error) -> String {
  switch error {
  case let error as CocoaError:
    let reason = error.underlying?.localizedDescription ?? error.localizedDescription
    return (error.filePath.map { "\($0): " } ?? "") + reason
  case is POSIXError: return error.localizedDescription
  default: return "\(error)"
  }
}
