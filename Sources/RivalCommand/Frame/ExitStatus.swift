import ArgumentParser

/// The numbers that commands end with. Arguments that make no sense end with 64, as `sysexits.h` has it.
public enum ExitStatus: Int32, Sendable {
  /// Done; for `diff`: equal.
  case success = 0
  /// Refused or failed, with a sentence on standard error; for `diff`: different.
  case failure = 1
  /// For `diff` only: a file could not be compared.
  case trouble = 2
  /// Training diverged: a loss was not finite. What was learned before is saved.
  case diverged = 3
  /// SIGHUP: the terminal went away; the round was finished and saved.
  case hungUp = 129
  /// Ctrl-C; the round was finished and saved.
  case interrupted = 130
  /// SIGTERM; the round was finished and saved.
  case terminated = 143

  /// The same as what the parser wants to be thrown.
  var code: ExitCode { ExitCode(rawValue) }
}
