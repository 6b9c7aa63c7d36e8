import ArgumentParser
import Rival

/// `diff`: where two checkpoints differ.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Shows where two checkpoints differ, bit for bit.",
    discussion:
      "Components and their fields come first, then attributes, then tensors by their largest difference. Exit statuses are as of diff(1): 0 equal, 1 different, 2 a file could not be read."
  )

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "a.h5"))
  var left: String

  @Argument(help: ArgumentHelp("Another.", valueName: "b.h5"))
  var right: String

  @OptionGroup var editing: EditedOption

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func run() throws {
    let difference: CheckpointDifference
    do {
      func contents(_ path: String) throws -> CheckpointContents {
        try SavedRun(path, verification: editing.verification, warn: Console.warn).contents
      }
      difference = CheckpointDifference(try contents(left), try contents(right))
    } catch {
      Console.report(error)
      throw ExitStatus.trouble.code
    }
    if json {
      var members = try JSONValue(encoding: difference).members
      members["equal"] = .bool(difference.isEmpty)
      members["left"] = .string(left)
      members["right"] = .string(right)
      try Console.result(.object(members))
    } else {
      Console.result("\(difference)")
    }
    if !difference.isEmpty { throw ExitStatus.failure.code }
  }
}
