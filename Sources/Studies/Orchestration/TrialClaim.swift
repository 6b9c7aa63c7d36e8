import Checkpoints
import Foundation

/// The right to play a trial, among processes on any machines that share a study's folder: a lock that the system takes back when its process ends,
/// however it does.
struct TrialClaim {
  private let lock: CheckpointLock

  /// Takes the right; `nil` where another process has it, or where what that one started is not done with the trial's files.
  ///
  /// - Throws: `CheckpointError` where the file system knows no locks.
  static func take(_ files: TrialFiles) throws -> TrialClaim? {
    let folder = CheckpointDirectory(files.claim)
    try folder.create()
    guard let lock = try free({ try folder.lock() }) else { return nil }
    // A trial that outlives the process that waited for it still has the lock of its own files.
    guard let files = try free({ try files.checkpoints.lock() }) else {
      lock.release()
      return nil
    }
    files.release()
    return TrialClaim(lock: lock)
  }

  func release() { lock.release() }

  private static func free(_ lock: () throws -> CheckpointLock) throws -> CheckpointLock? {
    do {
      return try lock()
    } catch let error as CheckpointError where error.kind == .locked {
      return nil
    }
  }
}

extension TrialFiles {
  /// The folder that is locked by the process which plays the trial, where several share a study.
  var claim: String { folder + "/claim" }

  /// Why the trial failed when it was last played, for the other processes that share the study.
  var failure: String { folder + "/failure.txt" }

  /// The reason of a failure since `time`; `nil` where there is none.
  func failureReason(since time: Date) -> String? {
    guard let written = (try? FileManager.default.attributesOfItem(atPath: failure))?[.modificationDate] as? Date, written >= time else {
      return nil
    }
    return try? String(contentsOfFile: failure, encoding: .utf8)
  }
}
