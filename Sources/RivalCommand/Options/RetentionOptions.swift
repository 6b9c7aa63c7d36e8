import ArgumentParser
import Rival

/// Which checkpoints of a run stay.
struct RetentionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How many of the latest checkpoints stay, at least 2; 0 keeps all.", valueName: "n"))
  var keep = 5

  @Option(help: ArgumentHelp("Checkpoints whose step is a multiple of this stay besides.", valueName: "steps"))
  var keepEvery: Int?

  @Option(help: ArgumentHelp("How many of the best by --keep-by stay besides.", valueName: "n"))
  var keepBest = 0

  @Option(
    help: ArgumentHelp(
      "The column that says which are best: of the history, such as generator.loss, of a diagnostic, such as coverage/modes, or a value of --measure-every, such as frechet-distance.",
      valueName: "column"))
  var keepBy: String?

  @Flag(help: "The best by --keep-by have the highest values; without it the lowest.")
  var keepHighest = false

  func validate() throws {
    guard keep == 0 || keep >= 2 else {
      throw ValidationError(
        "--keep is \(keep), but must be 0 (all) or at least 2, so that one damaged file is survivable")
    }
    guard keepEvery ?? 1 >= 1, keepBest >= 0 else { throw ValidationError("--keep-every must be at least 1, and --keep-best at least 0") }
    guard keepBest == 0 || keepBy != nil else { throw ValidationError("--keep-best needs --keep-by, the column that says which are best") }
  }

  /// The rule by which old checkpoints go.
  func policy() throws -> RetentionPolicy {
    try RetentionPolicy(keepLast: keep, keepBest: keepBest, keepEvery: keepEvery, best: keepHighest ? .highest : .lowest)
  }

  /// The options as a person types them, those that differ from the defaults only.
  var arguments: [String] {
    var words: [String] = []
    if keep != 5 { words += ["--keep", String(keep)] }
    if let keepEvery { words += ["--keep-every", String(keepEvery)] }
    if let keepBy { words += ["--keep-best", String(keepBest), "--keep-by", keepBy] }
    if keepHighest { words.append("--keep-highest") }
    return words
  }
}
