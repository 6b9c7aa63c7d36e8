import ArgumentParser
import Foundation
import Rival

/// `resume`: goes on with a run, in its own folder, bit for bit as if it had never stopped.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Goes on with a run from its newest valid checkpoint, or from one that is named.",
    discussion: """
      Model, data, optimizers and heuristics come from the checkpoint alone; new ones go to its folder.

      Parts may be changed on the way, where --allow names every field that changes: --optimizer adam:learningRate=1e-4 --allow \
      optimizer.learningRate. Anything else that would change is refused, with the difference. 'inspect' shows what was changed and when; 'branch' does the \
      same in another folder.
      """)

  @Argument(help: ArgumentHelp("A run's folder, or one of its checkpoints.", valueName: "dir|file.h5"))
  var path: String

  @OptionGroup var training: TrainingOptions

  @Option(help: ArgumentHelp("Where the data's folder is now, if it has moved.", valueName: "dir"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "A field that may differ from the checkpoint's, such as optimizer.learningRate or heuristics.r1-penalty; may be repeated.",
      valueName: "field"))
  var allow: [String] = []

  @OptionGroup(title: "Composition, with --allow") var components: ComponentOptions

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
    let trainer = try trainer(of: run, saved, registry)
    if let edited = saved.contents.edited { Console.warn("the run goes on from a checkpoint that was edited \(edited)") }
    if let diagnostics = try diagnostics.diagnostics(of: trainer, registry: registry) { trainer.diagnostics = diagnostics }
    let differences = trainer.environmentDifferences(from: saved.contents)
    if !differences.isEmpty {
      Console.warn("not the same bytes as a run that never stopped, because of \(differences.joined(separator: "; "))")
    }
    let session = TrainingSession(
      trainer: trainer, directory: directory, lock: lock, options: training, threads: common.threads, json: common.json,
      resumedFrom: saved.path,
      measures: try TrainingMeasures(
        training.measurement, trainer, standard: .standard(for: trainer.samples), in: directory.path, registry))
    try session.run(title: "\(saved.path), step \(saved.contents.step), seed \(run.seed)")
  }

  /// The trainer that goes on: of the run as it was, or with the changes that --allow names.
  private func trainer(of run: StoredRun, _ saved: SavedRun, _ registry: Registry) throws -> Trainer {
    let changes = try components.changes(registry).map { $0.replacing(in: run.composition) }
    let data = try MovedData.source(run.data, folder: data)
    let differences = changes.isEmpty ? [] : try run.differences(to: run.composition.changed(by: changes))
    for pattern in allow where !differences.contains(where: { $0.matches(pattern) }) {
      Console.warn("--allow \(pattern): nothing of that name changes")
    }
    guard !differences.isEmpty else {
      return try Trainer(run, contents: saved.contents, data: data, threadCount: common.threads, device: common.chosenDevice)
    }
    let refused = differences.filter { difference in !allow.contains(where: difference.matches) }
    guard refused.isEmpty else {
      let options = refused.prefix(4).map { "--allow \($0.path)" }.joined(separator: " ")
      throw CommandFailure(
        "the options change what the run was trained with (there → here):\n  " + refused.map(\.description).joined(separator: "\n  ")
          + "\nLeave them out to go on bit for bit, or name each field that may change: \(options)")
    }
    let (trainer, state) = try Trainer.branch(
      run, contents: saved.contents, changes: changes, description: differences.map(\.description),
      digest: saved.comparison.header.digestText, data: data, threadCount: common.threads, device: common.chosenDevice)
    for difference in differences { Console.note("changed: \(difference)") }
    if !state.added.isEmpty || !state.dropped.isEmpty {
      Console.note("\(state.kept.count) tensors stay as they were, \(state.added.count) are new, \(state.dropped.count) are left out")
    }
    return trainer
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
