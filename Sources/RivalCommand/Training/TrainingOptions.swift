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
  }

  /// The rule by which old checkpoints go.
  func retention() throws -> RetentionPolicy { try RetentionPolicy(keepLast: keep) }

  /// The options as a person types them, those that differ from the defaults only.
  var arguments: [String] {
    var words = ["--until", String(until)]
    if checkpointEvery != 500 { words += ["--checkpoint-every", String(checkpointEvery)] }
    if keep != 5 { words += ["--keep", String(keep)] }
    if unlocked { words.append("--unlocked") }
    return words
  }
}
