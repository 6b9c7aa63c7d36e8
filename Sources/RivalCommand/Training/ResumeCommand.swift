import ArgumentParser
import Foundation
import Rival

/// `resume`: goes on with a run, in its own folder, bit for bit as if it had never stopped.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Goes on with a run from its newest valid checkpoint, or from one that is named.",
    discussion: "Model, data, optimizers and heuristics come from the checkpoint alone; new ones go to its folder.")

  @Argument(help: ArgumentHelp("A run's folder, or one of its checkpoints.", valueName: "dir|file.h5"))
  var path: String

  @OptionGroup var training: TrainingOptions

  @Option(help: ArgumentHelp("Where the data's folder is now, if it has moved.", valueName: "dir"))
  var data: String?

  @OptionGroup var editing: EditedOption

  @OptionGroup var diagnostics: DiagnosticOptions

  @OptionGroup var common: CommonOptions

  func run() throws {
    common.setThreadCount()
    let registry = CommandContext.current.registry
    let (lock, directory) = try locked()
    defer { lock.release() }
    try directory.removeStaleTemporaries()
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let run = try saved.run(registry: registry)
    guard saved.contents.step < training.until else { return try reportDone(saved) }
    for (from, to) in try directory.setAsideUnwritable() {
      Console.warn("\(from) is no checkpoint, but bears the name of one; it is now \(to)")
    }
    let later = try directory.files().filter { $0.step > saved.contents.step }
    if !later.isEmpty {
      Console.warn("\(later.count) checkpoints after step \(saved.contents.step) will be written anew")
    }
    let trainer = try Trainer(
      run, contents: saved.contents, data: MovedData.source(run.data, folder: data), threadCount: common.threads,
      device: common.chosenDevice)
    if let edited = saved.contents.edited { Console.warn("the run goes on from a checkpoint that was edited \(edited)") }
    if let diagnostics = try diagnostics.diagnostics(of: trainer, registry: registry) { trainer.diagnostics = diagnostics }
    let differences = trainer.environmentDifferences(from: saved.contents)
    if !differences.isEmpty {
      Console.warn("not the same bytes as a run that never stopped, because of \(differences.joined(separator: "; "))")
    }
    let session = TrainingSession(
      trainer: trainer, directory: directory, lock: lock, options: training, threads: common.threads, json: common.json,
      resumedFrom: saved.path)
    try session.run(title: "\(saved.path), step \(saved.contents.step), seed \(run.seed)")
  }

  /// The right to write in the run's folder. A path that does not exist is refused without making anything.
  private func locked() throws -> (CheckpointLock, CheckpointDirectory) {
    let directory = CheckpointDirectory(try SavedRun.folder(of: path))
    return (try training.locking.lock(directory), directory)
  }

  private func reportDone(_ saved: SavedRun) throws {
    if common.json {
      try Console.result(
        .object([
          "outcome": .string("already-done"), "step": .count(saved.contents.step), "until": .count(training.until),
          "checkpoint": .string(saved.path),
        ]))
    } else {
      Console.result(
        "\(saved.path) is at step \(saved.contents.step) already; there is nothing to do until \(training.until).")
    }
  }
}
