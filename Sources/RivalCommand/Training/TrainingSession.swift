import ArgumentParser
import Foundation
import Rival

/// One sitting of training: rounds, progress, checkpoints on the writer's thread, and what is left behind at the end.
struct TrainingSession {
  let trainer: Trainer
  let directory: CheckpointDirectory
  /// The right to write there.
  let lock: CheckpointLock
  let options: TrainingOptions
  let threads: Int?
  let json: Bool
  /// The checkpoint that this sitting began from, if it is not the first.
  var resumedFrom: String?
  /// What is measured on the way; `nil` for nothing.
  var measures: TrainingMeasures?

  /// Trains, saves and reports.
  ///
  /// - Throws: `ExitCode` of ``ExitStatus`` where training was interrupted or diverged, after reporting it; the error of a
  ///   checkpoint that could not be written.
  func run(title: String) throws {
    try options.check(trainer, measures?.names ?? [])
    trainer.folder = directory.path
    for warning in trainer.warnings { Console.warn("\(warning)") }
    trainer.samples.notices.forEach(Console.warn)
    let first = trainer.step
    let retention = try options.retention.policy()
    let writer = CheckpointWriter()
    let display = ProgressDisplay(first: first, until: options.until, isQuiet: options.quiet)
    var saved: String? = resumedFrom
    func save() throws {
      let path = directory.path(forStep: trainer.step)
      var contents = try trainer.checkpoint()
      contents.retentionMetric = options.retention.keepBy.flatMap { measures?.value($0, at: trainer.step) ?? contents.lastValue(of: $0) }
      try writer.submit(contents, to: path, retention: retention, lock: lock)
      saved = path
    }

    // What cannot look says so at once, and not after hours.
    var silent: Set<String> = []
    func warnOfFailures() {
      for (name, reason) in trainer.diagnosticFailures where silent.insert(name).inserted {
        Console.warn("\(name) says nothing: \(reason)")
      }
    }

    let artifacts = TrainingArtifacts(trainer, folder: directory.path, until: options.until)
    Interruption.listen()
    display.begin(title)
    artifacts.begin()
    let outcome: RunOutcome
    do {
      defer { display.end() }
      let cadences = [options.checkpointEvery, artifacts.frameCadence] + (measures.map { [$0.cadence] } ?? [])
      outcome = try trainer.run(until: options.until, every: cadences) { trainer in
        display.update(trainer)
        warnOfFailures()
        if Interruption.signal != nil { return false }
        var isSaved = trainer.step.isMultiple(of: options.checkpointEvery)
        if let measures, measures.isDue(trainer.step) {
          try measures.measure(trainer)
          if measures.isExhausted { return false }
          // What is kept by a measured value is saved where it is measured.
          if options.retention.keepBy.map(measures.names.contains) == true { isSaved = true }
        }
        isSaved = isSaved && trainer.step < options.until
        if isSaved { try save() }
        if artifacts.isDue(isSaved: isSaved) {
          try lock.check()
          artifacts.update()
        }
        return true
      }
    }
    if let measures, outcome == .completed { try measures.measure(trainer) }
    // A state that diverged is not saved: the last good checkpoint stays the newest.
    if case .stopped = outcome {} else { try save() }
    try writer.finish()
    try lock.check()
    let isEndedEarly = (measures?.isExhausted == true || trainer.endReason != nil) && Interruption.signal == nil
    try artifacts.finish(isEndedEarly && outcome == .interrupted ? .completed : outcome)
    let report = TrainingReport(
      outcome: outcome, trainer: trainer, options: options, folder: directory.path, checkpoint: saved, first: first,
      seconds: display.seconds, artifacts: artifacts, resumedFrom: resumedFrom, measures: measures)
    try report.show(json: json)
    switch outcome {
    case .completed: break
    case .interrupted: if Interruption.signal != nil { throw Interruption.status.code }
    case .stopped: throw ExitStatus.diverged.code
    }
  }
}
