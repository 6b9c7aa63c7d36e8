import ArgumentParser
import Foundation
import Rival

/// `work`: plays runs of a study that other processes play too.
struct WorkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Plays runs of a study together with other processes, on this machine or on others.",
    discussion: """
      Any number of these commands take the runs of one study, each a run that nobody else plays, until none is left; the last one writes the \
      results and the report. A run whose process was killed is taken by another one, from its last checkpoint. 'compare' makes the \
      study, and goes on with it alone when no one else works on it. The folder must be on a file system that knows locks.
      """)

  @Argument(help: ArgumentHelp("The folder of the study.", valueName: "dir"))
  var directory: String

  @Option(help: ArgumentHelp("How many runs this command plays at a time.", valueName: "n"))
  var jobs = 1

  @OptionGroup var place: DeviceOptions

  @Option(
    help: ArgumentHelp(
      "How many seeds of a variant are played at once, as one program; by default one, and on a GPU up to \(CompareTrials.mostSeedsAtOnce) of small games.",
      valueName: "n"))
  var seedsAtOnce: Int?

  @Option(
    help: ArgumentHelp(
      "Minutes that a run may play no round and log nothing before its process is ended and counted as failed.", valueName: "minutes"))
  var stallAfter = 60

  @Flag(help: "Wait for the runs that others play, and take those whose players end.")
  var wait = false

  func validate() throws {
    for (name, value, most) in [
      ("--jobs", jobs, 1024), ("--stall-after", stallAfter, 1_000_000), ("--seeds-at-once", seedsAtOnce ?? 1, 10_000),
    ] where !(1...most).contains(value) {
      throw ValidationError("\(name) is \(value), but must be from 1 to \(most)")
    }
  }

  func run() throws {
    let context = CommandContext.current
    let player = StudyPlayer(
      jobs: jobs, device: try place.chosen, seedsAtOnce: seedsAtOnce, stallAfter: stallAfter, sharing: .shared(untilDone: wait))
    try Self.work(on: StudyDirectory(directory), with: player, context)
  }

  /// Plays what nobody else plays, and writes what came out where nothing is left to be played.
  static func work(on directory: StudyDirectory, with player: StudyPlayer, _ context: CommandContext) throws {
    guard let study = try directory.specification() else {
      throw CommandFailure("there is no study in '\(directory.path)'; 'compare' makes one")
    }
    let run = try player.play(study, in: directory) { context.commandLine(["work", directory.path]) }
    guard !run.isInterrupted else { return Console.note("All that nobody else plays is done.") }
    let problem = try context.problem(named: study.problem)
    let samples = try problem.data(folder: study.dataFolder).opened()
    do {
      let lock = try CheckpointDirectory(directory.path).lock()
      defer { lock.release() }
      let conclusion = try StudyConclusion(
        study, run.outcomes, try Evaluator(study, samples: samples, registry: context.registry),
        costs: try CompareTrials.costs(of: study, problem, samples, context.registry), samples: samples,
        cores: max(1, ProcessInfo.processInfo.activeProcessorCount), in: directory, context)
      let failed = conclusion.results.variants.reduce(0) { $0 + $1.failed }
      Console.result("All runs are done\(failed > 0 ? ", \(failed) failed" : ""). Report: \(directory.reportPath)")
    } catch let error as CheckpointError where error.kind == .locked {
      Console.note("All runs are done; another process writes the results.")
    }
  }
}
