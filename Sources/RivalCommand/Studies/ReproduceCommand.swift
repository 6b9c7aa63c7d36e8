import ArgumentParser
import Foundation
import Rival

/// `reproduce`: plays a study again and says which numbers came out equal.
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Plays a study again, and says which numbers come out equal.",
    discussion: """
      The runs are those of the study's results, played from the first round in a folder of their own; what was measured is compared to the last bit. \
      Called again, it goes on where it was stopped. Exit statuses: 0 all equal, 1 some differ.
      """)

  @Argument(help: ArgumentHelp("The folder of the study.", valueName: "dir"))
  var study: String

  @Option(help: ArgumentHelp("Plays only the first so many seeds.", valueName: "k"))
  var seeds: Int?

  @Option(help: ArgumentHelp("The folder to play in; by default STUDY/reproduction.", valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("How many runs go on at a time; by default one for each core.", valueName: "n"))
  var jobs: Int?

  @OptionGroup var place: DeviceOptions

  @OptionGroup var locking: UnlockedOption

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func validate() throws {
    for (name, value) in [("--seeds", seeds ?? 1), ("--jobs", jobs ?? 1)] where value < 1 {
      throw ValidationError("\(name) is \(value), but must be at least 1")
    }
  }

  func run() throws {
    let context = CommandContext.current
    let original = StudyDirectory(study)
    guard var specification = try original.specification() else {
      throw CommandFailure("there is no study in '\(study)'; name the folder of one that 'compare' made")
    }
    if let seeds { specification.seeds = Array(specification.seeds.prefix(seeds)) }
    let directory = StudyDirectory(out ?? study + "/reproduction")
    let player = StudyPlayer(
      jobs: jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount), device: try place.chosen,
      unlocked: locking.unlocked)
    let run = try player.play(directory.prepare(specification, requiresLock: !locking.unlocked), in: directory) {
      context.commandLine(["reproduce", study] + (seeds.map { ["--seeds", String($0)] } ?? []) + (out.map { ["--out", $0] } ?? []))
    }
    let found = try Reproduction(of: specification, original, by: run.outcomes)
    if json {
      try Console.result(found.document)
    } else {
      for line in found.lines { Console.result(line) }
    }
    if !found.isEqual { throw ExitStatus.failure.code }
  }
}
