import ArgumentParser
import Rival

/// How long a run goes on and what it keeps: the same for `train` and `resume`.
struct TrainingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The step to train to, counted from the beginning of the run.", valueName: "step"))
  var until: Int

  @Option(help: ArgumentHelp("Save every so many rounds; at the end in any case.", valueName: "rounds"))
  var checkpointEvery = 500

  @Option(help: ArgumentHelp("How many of the latest checkpoints stay, at least 2; 0 keeps all.", valueName: "n"))
  var keep = 5

  @Option(help: ArgumentHelp("Checkpoints whose step is a multiple of this stay besides.", valueName: "steps"))
  var keepEvery: Int?

  @Option(help: ArgumentHelp("How many of the best by --keep-by stay besides.", valueName: "n"))
  var keepBest = 0

  @Option(
    help: ArgumentHelp(
      "The column that says which are best: of the history, such as generator.loss, or of a diagnostic, such as coverage/modes.",
      valueName: "column"))
  var keepBy: String?

  @Flag(help: "The best by --keep-by have the highest values; without it the lowest.")
  var keepHighest = false

  @Flag(help: "Go on where the file system knows no locks; see to it that no second process writes in the folder.")
  var unlocked = false

  @Flag(help: "No progress.")
  var quiet = false

  func validate() throws {
    guard (0...Int(Int32.max)).contains(until) else {
      throw ValidationError("--until is \(until), but must be from 0 to \(Int32.max)")
    }
    guard checkpointEvery >= 1 else {
      throw ValidationError("--checkpoint-every is \(checkpointEvery), but must be at least 1")
    }
    guard keep == 0 || keep >= 2 else {
      throw ValidationError(
        "--keep is \(keep), but must be 0 (all) or at least 2, so that one damaged file is survivable")
    }
    guard keepEvery ?? 1 >= 1, keepBest >= 0 else { throw ValidationError("--keep-every must be at least 1, and --keep-best at least 0") }
    guard keepBest == 0 || keepBy != nil else { throw ValidationError("--keep-best needs --keep-by, the column that says which are best") }
  }

  /// The rule by which old checkpoints go.
  func retention() throws -> RetentionPolicy {
    try RetentionPolicy(keepLast: keep, keepBest: keepBest, keepEvery: keepEvery, best: keepHighest ? .highest : .lowest)
  }

  /// Refuses a column that the run does not record.
  func check(_ trainer: Trainer) throws {
    guard let keepBy else { return }
    let parts = keepBy.split(separator: "/", maxSplits: 1)
    let isKnown = parts.count == 2 ? trainer.diagnostics.contains { $0.name == parts[0] } : trainer.history.names.contains(keepBy)
    guard isKnown else {
      throw CommandFailure(
        "--keep-by: nothing is recorded as '\(keepBy)'; there are \(trainer.history.names.joined(separator: ", ")), and NAME/COLUMN of a diagnostic that --diagnose names"
      )
    }
  }

  /// The options as a person types them, those that differ from the defaults only.
  var arguments: [String] {
    var words = ["--until", String(until)]
    if checkpointEvery != 500 { words += ["--checkpoint-every", String(checkpointEvery)] }
    if keep != 5 { words += ["--keep", String(keep)] }
    if let keepEvery { words += ["--keep-every", String(keepEvery)] }
    if let keepBy { words += ["--keep-best", String(keepBest), "--keep-by", keepBy] }
    if keepHighest { words.append("--keep-highest") }
    if unlocked { words.append("--unlocked") }
    return words
  }
}
