import ArgumentParser
import Rival

/// `prune`: deletes the checkpoints of a run that no rule keeps.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Deletes the checkpoints of a run that no rule keeps.",
    discussion: """
      A checkpoint that any rule keeps stays: the latest, the best by a recorded column, every n-th step. Only files are deleted that \
      'train' and 'resume' named and wrote. The folder must not be in use.
      """)

  @Argument(help: ArgumentHelp("A run's folder.", valueName: "dir"))
  var path: String

  @OptionGroup var retention: RetentionOptions

  @OptionGroup var locking: UnlockedOption

  @Flag(help: "Delete nothing; say what would be.")
  var dryRun = false

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func run() throws {
    guard SavedRun.isFolder(path) else { throw CommandFailure("\(path): this is no folder; name the folder of a run") }
    let directory = CheckpointDirectory(path)
    let lock = try locking.lock(directory)
    defer { lock.release() }
    let removed = try directory.prune(retention.policy(), isDryRun: dryRun) { file in
      guard retention.keepBest > 0, let column = retention.keepBy else { return nil }
      let contents: CheckpointContents
      do {
        contents = try CheckpointFile.read(file.path)
      } catch {
        Console.warn("\(error) It has no value of \(column).")
        return nil
      }
      guard let value = contents.lastValue(of: column) else {
        throw CommandFailure(
          "\(file.path): nothing was recorded as '\(column)'; there are \(contents.recordedColumns.joined(separator: ", "))")
      }
      return value
    }
    let left = try directory.files().map(\.path).filter { !removed.contains($0) }
    if json {
      return try Console.result(
        .object([
          "removed": .array(removed.map { .string($0) }), "kept": .array(left.map { .string($0) }), "dryRun": .bool(dryRun),
        ]))
    }
    for file in removed { Console.result("\(dryRun ? "would delete" : "deleted") \(file)") }
    Console.result("\(removed.count) \(dryRun ? "would be deleted" : "deleted"), \(left.count) kept")
  }
}
