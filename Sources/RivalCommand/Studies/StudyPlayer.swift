import Foundation
import Rival

/// Plays a study's runs as processes of this program, with progress, and stops where the user asks for it.
struct StudyPlayer {
  /// How many runs go on at a time.
  var jobs: Int
  /// Where they compute.
  var device: Device
  /// How many seeds of a variant one process plays at once; `nil` for what suits the device.
  var seedsAtOnce: Int?
  /// Whether to go on where the file system knows no locks.
  var unlocked = false
  /// Minutes without a sign of life after which a run is ended.
  var stallAfter = 60
  /// Whether other processes play the same study.
  var sharing = StudyRunner.Sharing.alone
  /// What Ctrl-C raises: one for all that is played, since a process listens once.
  let stop = StopSignal.onInterrupt()

  /// Plays what is missing.
  ///
  /// - Parameter command: what goes on with it, for whoever stops it.
  /// - Throws: the status of an interruption, after saying how to go on; what `StudyRunner` throws.
  func play(_ study: StudySpecification, in directory: StudyDirectory, command: () -> String) throws -> StudyRunner.Run {
    try ProcessSetup.requireDescriptors(32 + 8 * min(jobs, study.trials.count), for: "compare with \(jobs) jobs")
    let progress = CompareProgress()
    let executable = CompareTrials.executable
    let runner = StudyRunner(
      study, in: directory, jobs: jobs,
      seedsAtOnce: try CompareTrials.seedsAtOnce(of: study, on: device, asked: seedsAtOnce, .current),
      launch: { CompareTrials.launch($0, of: study, in: directory, on: device, unlocked: unlocked, executable: executable) },
      stallLimit: .seconds(60 * stallAfter), requiresLock: !unlocked, sharing: sharing, stop: stop,
      report: progress.show)
    let run = try runner.run()
    progress.end()
    // What is left undone where others play is theirs.
    guard !run.isInterrupted || sharing != .alone && !stop.isRaised else {
      Console.note("Stopped; what was done is saved. To go on:\n  \(command())")
      throw ExitStatus.interrupted.code
    }
    return run
  }
}
