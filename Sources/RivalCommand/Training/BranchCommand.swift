import ArgumentParser
import Foundation
import Rival

/// `branch`: goes on from a checkpoint with exactly one change.
struct BranchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "branch", abstract: "Begins a run at a checkpoint with other parts, everything else bit for bit as it was.",
    discussion: """
      A part of --with takes the place of what a composition has one of (loss, update rule, optimizer), and of a heuristic of its name; \
      any other heuristic is added, and a layer goes in front of the discriminator's last one. Tensors that are new begin as in a new run of \
      the same seed. 'inspect' shows where a run was branched.
      """)

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @Option(help: ArgumentHelp("A component that is put in or replaced; may be repeated.", valueName: "component"))
  var with: [String] = []

  @Option(help: ArgumentHelp("A heuristic that is left out; may be repeated.", valueName: "name"))
  var without: [String] = []

  @Option(help: ArgumentHelp("The folder of the new run; it is made where missing.", valueName: "dir"))
  var out: String

  @Option(help: ArgumentHelp("The folder of the data, where it has moved.", valueName: "dir"))
  var data: String?

  @OptionGroup var locking: UnlockedOption

  @OptionGroup var editing: EditedOption

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if with.isEmpty, without.isEmpty { throw ValidationError("nothing is changed; name a component with --with or --without") }
  }

  func run() throws {
    common.setThreadCount()
    let registry = CommandContext.current.registry
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let run = try saved.run(registry: registry)
    let parts: [CompositionChange] = try with.map { text in
      CompositionChange.part(try registry.component(parsing: text)).replacing(in: run.composition)
    }
    let (trainer, state) = try Trainer.branch(
      run, contents: saved.contents, changes: without.map { .removal($0) } + parts, description: without.map { "without \($0)" } + with,
      digest: saved.comparison.header.digestText, data: MovedData.source(run.data, folder: data), threadCount: common.threads,
      device: common.chosenDevice)
    for warning in trainer.warnings { Console.warn("\(warning)") }
    trainer.samples.notices.forEach(Console.warn)
    let directory = CheckpointDirectory(out)
    try directory.create()
    let lock = try locking.lock(directory)
    defer { lock.release() }
    guard try directory.files().isEmpty else {
      throw CommandFailure("\(out): the folder holds checkpoints already; name another folder for the branch")
    }
    let file = directory.path(forStep: trainer.step)
    try trainer.save(to: file)
    try report(trainer, state, file)
  }

  private func report(_ trainer: Trainer, _ state: BranchedState, _ file: String) throws {
    if common.json {
      return try Console.result(
        .object([
          "checkpoint": .string(file), "step": .count(trainer.step), "kept": .count(state.kept.count),
          "added": .array(state.added.map { .string($0) }), "dropped": .array(state.dropped.map { .string($0) }),
        ]))
    }
    Console.result("\(file): \(state.kept.count) tensors bit for bit as they were")
    for path in state.added { Console.result("  new: \(path)") }
    for path in state.dropped { Console.result("  left out: \(path)") }
    Console.note(
      "Next: \(CommandContext.current.commandLine(["resume", out, "--until", String(trainer.step + max(trainer.step, 1_000))]))")
  }
}
