import ArgumentParser
import Foundation
import Rival

/// `replay`: plays again from a checkpoint, and compares the state with what a later checkpoint holds and recorded on its way.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Plays again from a checkpoint, and names the first tensor that comes out otherwise.",
    discussion: """
      Nothing is written. The later checkpoint is the next one of the folder, or that after --rounds rounds, or that of --against. On the way \
      the state is compared with the digests that the later checkpoint recorded of earlier rounds, so that checkpoints between need not be \
      there: with --rounds any of these rounds can be the last. Exit statuses are as of diff(1): 0 equal, 1 different, 2 it could not be played.
      """)

  @Argument(help: ArgumentHelp("The checkpoint to play from.", valueName: "file.h5"))
  var path: String

  @Option(help: ArgumentHelp("How many rounds are played.", valueName: "n"))
  var rounds: Int?

  @Option(help: ArgumentHelp("The later checkpoint, or a folder whose newest it is, where it lies elsewhere.", valueName: "file.h5|dir"))
  var against: String?

  @Option(help: ArgumentHelp("The folder of the data, where it has moved.", valueName: "dir"))
  var data: String?

  @OptionGroup var editing: EditedOption

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let rounds, rounds < 1 { throw ValidationError("--rounds is \(rounds), but must be at least 1") }
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
    let (last, others) = try later(than: first)
    let run = try first.run(registry: registry)
    let trainer = try Trainer(
      run, contents: first.contents, data: MovedData.source(run.data, folder: data), threadCount: common.threads,
      device: common.chosenDevice)
    trainer.samples.notices.forEach(Console.warn)
    let way = try Replay(trainer, to: last, rounds: rounds, others: others)
    for difference in trainer.environmentDifferences(from: last.contents) { Console.warn("other bytes may come out: \(difference)") }
    let outcome = try way.play { Console.progress("step \($0) of \(way.target)") }
    Console.progress("")
    if common.json { try Console.result(outcome.document) } else { for line in outcome.lines { Console.result(line) } }
    if !outcome.isEqual { throw ExitStatus.failure.code }
  }

  /// The checkpoint to compare with, and the steps of the later ones of its folder.
  private func later(than first: SavedRun) throws -> (last: SavedRun, steps: [Int]) {
    func read(_ path: String) throws -> SavedRun { try SavedRun(path, verification: editing.verification, warn: Console.warn) }
    if let against { return (try read(against), []) }
    let directory = CheckpointDirectory(try SavedRun.folder(of: first.path))
    let steps = try directory.files().map(\.step).filter { $0 > first.contents.step }
    guard let next = steps.first, let newest = steps.last else {
      throw CommandFailure(
        "the folder has no checkpoint after step \(first.contents.step); keep more of them (--keep), or name one with --against")
    }
    let wanted = rounds.map { first.contents.step + $0 } ?? next
    // The newest one recorded digests of all that were before it.
    return (try read(directory.path(forStep: steps.contains(wanted) ? wanted : newest)), steps)
  }
}
