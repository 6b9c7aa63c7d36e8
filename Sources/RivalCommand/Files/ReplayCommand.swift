import ArgumentParser
import Foundation
import Rival

/// `replay`: plays from a checkpoint to a later one of its run, and compares all bytes.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Plays again from one checkpoint to a later one, and compares every tensor bit for bit.",
    discussion: """
      Nothing is written. The later checkpoint is the next one of the folder, or that after --rounds rounds, or that of --against. Exit \
      statuses are as of diff(1): 0 equal, 1 different, 2 it could not be played.
      """)

  @Argument(help: ArgumentHelp("The checkpoint to play from.", valueName: "file.h5"))
  var path: String

  @Option(help: ArgumentHelp("How many rounds lie between the two checkpoints.", valueName: "n"))
  var rounds: Int?

  @Option(help: ArgumentHelp("The later checkpoint, where it lies elsewhere.", valueName: "file.h5"))
  var against: String?

  @Option(help: ArgumentHelp("The folder of the data, where it has moved.", valueName: "dir"))
  var data: String?

  @OptionGroup var editing: EditedOption

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let rounds, rounds < 1 { throw ValidationError("--rounds is \(rounds), but must be at least 1") }
    if rounds != nil, against != nil { throw ValidationError("--rounds and --against both name the later checkpoint; give one of them") }
  }

  func run() throws {
    do {
      try replay()
    } catch let status as ExitCode {
      throw status
    } catch {
      Console.report(error)
      throw ExitStatus.trouble.code
    }
  }

  private func replay() throws {
    common.setThreadCount()
    let registry = CommandContext.current.registry
    let first = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let last = try SavedRun(later(than: first), verification: editing.verification, warn: Console.warn)
    guard last.contents.step > first.contents.step else {
      throw CommandFailure(
        "\(last.path) stands at step \(last.contents.step), which is not after step \(first.contents.step) of \(first.path)")
    }
    let run = try StoredRun(first.contents, registry: registry)
    let trainer = try Trainer(
      run, contents: first.contents, data: MovedData.source(run.data, folder: data), threadCount: common.threads,
      device: common.chosenDevice)
    for difference in trainer.environmentDifferences(from: last.contents) { Console.warn("other bytes may come out: \(difference)") }
    let target = last.contents.step
    let outcome = try trainer.run(until: target) { trainer in
      if trainer.step.isMultiple(of: 100) { Console.progress("step \(trainer.step) of \(target)") }
      return true
    }
    Console.progress("")
    if case .stopped(let failure) = outcome { throw CommandFailure("the replay \(failure)") }
    let difference = CheckpointDifference(try trainer.checkpoint(), last.contents)
    // Diagnostics may have looked between the two that do not look now; they change nothing.
    let tensors = difference.tensors.filter { !$0.path.hasPrefix("/metrics/") || $0.path.hasPrefix("/metrics/train/") }
    try report(first, last, tensors, trainer.state.count)
    if !tensors.isEmpty { throw ExitStatus.failure.code }
  }

  /// The path of the checkpoint to compare with.
  private func later(than first: SavedRun) throws -> String {
    if let against { return against }
    let directory = CheckpointDirectory(try SavedRun.folder(of: first.path))
    let steps = try directory.files().map(\.step).filter { $0 > first.contents.step }.sorted()
    let wanted = rounds.map { first.contents.step + $0 } ?? steps.first
    guard let wanted, steps.contains(wanted) else {
      let there = steps.isEmpty ? "none after step \(first.contents.step)" : "step \(steps.map(String.init).joined(separator: ", "))"
      throw CommandFailure(
        "the folder has no checkpoint of \(wanted.map { "step \($0)" } ?? "a later step"), but \(there); keep more of them (--keep), or name one with --against"
      )
    }
    return directory.path(forStep: wanted)
  }

  private func report(_ first: SavedRun, _ last: SavedRun, _ tensors: [CheckpointDifference.Tensor], _ count: Int) throws {
    if common.json {
      return try Console.result(
        .object([
          "equal": .bool(tensors.isEmpty), "from": .count(first.contents.step), "to": .count(last.contents.step), "tensors": .count(count),
          "different": .array(tensors.map { .string($0.path) }),
        ]))
    }
    let way = "from step \(first.contents.step) to step \(last.contents.step)"
    guard let worst = tensors.first else {
      return Console.result("\(way): all \(count) tensors of the state, and the history, are equal bit for bit")
    }
    let order = last.contents.tensors.map { "/" + $0.path }
    let paths = Set(tensors.map(\.path))
    let first = tensors.first { tensor in tensor.path == order.first { paths.contains($0) } } ?? worst
    Console.result("\(way): \(tensors.count) of \(count) tensors differ")
    Console.result("  first: \(Self.text(first))")
    Console.result("  most:  \(Self.text(worst))")
  }

  private static func text(_ tensor: CheckpointDifference.Tensor) -> String {
    guard let differing = tensor.differingElements, let elements = tensor.elements else { return "\(tensor.path), \(tensor.kind.rawValue)" }
    let largest = tensor.maximumAbsoluteDifference.map { ", by at most \(NumberText.significant($0, digits: 3))" } ?? ""
    return "\(tensor.path): \(differing) of \(elements) elements\(largest)"
  }
}
