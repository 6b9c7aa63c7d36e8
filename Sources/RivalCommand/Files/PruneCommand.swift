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

  @Option(help: ArgumentHelp("How many of the latest stay, at least 2.", valueName: "n"))
  var keep = 5

  @Option(help: ArgumentHelp("How many of the best by --metric stay besides.", valueName: "n"))
  var best = 0

  @Option(
    help: ArgumentHelp(
      "The column that says which are best: of the history, such as generator.loss, or of a diagnostic, such as coverage/modes.",
      valueName: "column"))
  var metric: String?

  @Flag(help: "The best have the highest values; without it the lowest.")
  var highest = false

  @Option(help: ArgumentHelp("Checkpoints whose step is a multiple of this stay besides.", valueName: "steps"))
  var every: Int?

  @Flag(help: "Delete nothing; say what would be.")
  var dryRun = false

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func validate() throws {
    guard keep >= 2 else { throw ValidationError("--keep is \(keep), but must be at least 2, so that one damaged file is survivable") }
    guard best >= 0, every ?? 1 >= 1 else { throw ValidationError("--best must be at least 0, and --every at least 1") }
    guard best == 0 || metric != nil else { throw ValidationError("--best needs --metric, the column that says which are best") }
  }

  func run() throws {
    guard SavedRun.isFolder(path) else { throw CommandFailure("\(path): this is no folder; name the folder of a run") }
    let directory = CheckpointDirectory(path)
    let lock = try directory.lock()
    defer { lock.release() }
    let policy = try RetentionPolicy(keepLast: keep, keepBest: best, keepEvery: every, best: highest ? .highest : .lowest)
    let removed = try directory.prune(policy, isDryRun: dryRun) { file in
      guard best > 0, let metric else { return nil }
      let contents: CheckpointContents
      do {
        contents = try CheckpointFile.read(file.path)
      } catch {
        Console.warn("\(error) It has no value of \(metric).")
        return nil
      }
      guard let value = contents.lastValue(of: metric) else {
        throw CommandFailure(
          "\(file.path): nothing was recorded as '\(metric)'; there are \(contents.recordedColumns.joined(separator: ", "))")
      }
      return value
    }
    let left = try directory.files().map(\.path).filter { !removed.contains($0) }
    if json {
      return try Console.result(
        .object([
          "removed": .array(removed.map { .string($0) }), "kept": .array(left.map { .string($0) }), "dry_run": .bool(dryRun),
        ]))
    }
    for file in removed { Console.result("\(dryRun ? "would delete" : "deleted") \(file)") }
    Console.result("\(removed.count) \(dryRun ? "would be deleted" : "deleted"), \(left.count) kept")
  }
}
