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
    let text =
      switch error {
      case is CocoaError, is POSIXError: error.localizedDescription
      default: "\(error)"
      }
    FileHandle.standardError.write(Data("error: \(text)\n".utf8))
    exit(1)
  }
}
