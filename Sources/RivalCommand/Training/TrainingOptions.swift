import ArgumentParser
import Rival

/// How long a run goes on and what it keeps: the same for `train` and `resume`.
struct TrainingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The step to train to, counted from the beginning of the run.", valueName: "step"))
  var until: Int

  @Option(help: ArgumentHelp("Save every so many rounds; at the end in any case.", valueName: "rounds"))
  var checkpointEvery = 500

  @OptionGroup var retention: RetentionOptions

  @OptionGroup(title: "Measures") var measurement: MeasurementOptions

  @OptionGroup var locking: UnlockedOption

  @Flag(help: "No progress.")
  var quiet = false

  func validate() throws {
    guard (0...Int(Int32.max)).contains(until) else {
      throw ValidationError("--until is \(until), but must be from 0 to \(Int32.max)")
    }
    guard checkpointEvery >= 1 else {
      throw ValidationError("--checkpoint-every is \(checkpointEvery), but must be at least 1")
    }
  }

  /// Refuses a column that the run does not record.
  ///
  /// - Parameter measured: the names of what is measured on the way.
  func check(_ trainer: Trainer, _ measured: [String]) throws {
    guard let keepBy = retention.keepBy, !measured.contains(keepBy) else { return }
    let parts = keepBy.split(separator: "/", maxSplits: 1)
    let isKnown = parts.count == 2 ? trainer.diagnostics.contains { $0.name == parts[0] } : trainer.history.names.contains(keepBy)
    guard isKnown else {
      throw CommandFailure(
        "--keep-by: nothing is recorded as '\(keepBy)'; there are \((trainer.history.names + measured).joined(separator: ", ")), and NAME/COLUMN of a diagnostic that --diagnose names"
      )
    }
  }

  /// The options as a person types them, those that differ from the defaults only.
  var arguments: [String] {
    var words = ["--until", String(until)]
    if checkpointEvery != 500 { words += ["--checkpoint-every", String(checkpointEvery)] }
    words += retention.arguments + measurement.arguments
    if locking.unlocked { words.append("--unlocked") }
    return words
  }
}
