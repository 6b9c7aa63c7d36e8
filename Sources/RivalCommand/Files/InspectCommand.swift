import ArgumentParser
import Foundation
import Rival

/// `inspect`: what a checkpoint holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows what a checkpoint holds, after comparing it with its digest.")

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @OptionGroup var editing: EditedOption

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func run() throws {
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let summary = CheckpointSummary(saved)
    if json { return try Console.result(summary.document) }
    for line in summary.lines { Console.result(line) }
  }
}
