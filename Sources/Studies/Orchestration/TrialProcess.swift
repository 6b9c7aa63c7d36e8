import Checkpoints
import Foundation

/// The process of a running trial.
final class TrialProcess {
  private let process = Process()
  private let files: TrialFiles
  private let log: FileHandle
  private let logStart: UInt64
  /// For how long it had been silent when it was ended.
  private var stalled: Duration?

  /// Starts the process; what it prints is appended to the trial's log.
  ///
  /// - Throws: what the system says where it cannot be started.
  init(_ launch: TrialLaunch, files: TrialFiles) throws {
    self.files = files
    try files.checkpoints.create()
    if !FileManager.default.fileExists(atPath: files.log) {
      try StudyFile.write(Data(), to: files.log)
    }
    guard let log = FileHandle(forUpdatingAtPath: files.log) else {
      throw StudyError("\(files.log) cannot be written; check the folder's permissions")
    }
    self.log = log
    logStart = try log.seekToEnd()
    process.executableURL = URL(fileURLWithPath: launch.executable)
    process.arguments = launch.arguments
    process.environment = ProcessInfo.processInfo.environment.merging(launch.environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = log
    process.standardError = log
    try process.run()
  }

  /// Whether it has not ended.
  var isRunning: Bool { process.isRunning }

  /// Asks the process to save and end; with `force`, ends it.
  func interrupt(force: Bool) {
    guard process.isRunning else { return }
    let identifier = process.processIdentifier
    // Whatever it has started ends with it, where it leads a group of its own.
    kill(force && getpgid(identifier) == identifier ? -identifier : identifier, force ? SIGKILL : SIGINT)
  }

  /// Ends the process, which has been silent for too long.
  func end(stalledFor time: Duration) {
    stalled = time
    interrupt(force: true)
  }

  /// How the trial ended; the process must have.
  ///
  /// - Parameter isInterrupted: whether the study was: then a trial without a result is unfinished, not failed.
  /// - Parameter result: what the trial left.
  func outcome(isInterrupted: Bool, result: () throws -> TrialResult?) -> TrialOutcome {
    try? log.close()
    let status = process.terminationStatus
    let bySignal = process.terminationReason == .uncaughtSignal
    if status == 0, !bySignal {
      do {
        if let result = try result() { return .finished(result) }
      } catch {
        return .failed("\(error)")
      }
    }
    if isInterrupted { return .unfinished }
    if let stalled {
      return .failed("no round was played and nothing was logged for \(stalled.components.seconds) seconds, so its process was ended")
    }
    let ending =
      bySignal ? "ended by signal \(status)" : status == 0 ? "ended without a result" : "ended with status \(status)"
    return .failed(reason().map { "\($0) (\(ending))" } ?? ending)
  }

  /// What this process wrote of its failure: the error with all its lines, or else the last line that is not empty.
  private func reason() -> String? {
    guard let handle = FileHandle(forReadingAtPath: files.log) else { return nil }
    defer { try? handle.close() }
    guard let end = try? handle.seekToEnd(), end > logStart else { return nil }
    // The end is enough, however much was written.
    try? handle.seek(toOffset: max(logStart, end > 65_536 ? end - 65_536 : 0))
    guard let data = try? handle.readToEnd() else { return nil }
    return Self.reason(in: String(decoding: data, as: UTF8.self))
  }

  /// What a log says of a failure: from its last line on that begins with `error:`, which is how this program's errors begin; without one the last line
  /// that tells of a fatal error, or else the last that is not empty. `nil` for an empty log.
  static func reason(in log: String) -> String? {
    let lines = log.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.allSatisfy(\.isWhitespace) }
    if let start = lines.lastIndex(where: { $0.hasPrefix("error:") }) { return lines[start...].joined(separator: "\n") }
    // A trap's line is followed by a trace.
    let last = lines.last { $0.contains("Fatal error:") } ?? lines.last
    return last.map { String($0.drop(while: \.isWhitespace)) }
  }
}
