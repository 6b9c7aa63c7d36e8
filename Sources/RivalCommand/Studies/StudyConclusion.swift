import Rival

/// What came out of a study, written into its folder: the numbers, real samples and the report.
struct StudyConclusion {
  let results: StudyResults
  let report: StudyReport

  /// Writes it.
  ///
  /// - Parameters:
  ///   - costs: what a round of each variant takes.
  ///   - modes: those of the data, where they are known.
  ///   - cores: what the command that makes the study anew is told of the machine.
  init(
    _ study: StudySpecification, _ outcomes: [TrialOutcome], _ evaluator: Evaluator, costs: [RoundCost], samples: any Samples, cores: Int,
    in directory: StudyDirectory, _ context: CommandContext
  ) throws {
    var results = try StudyResults(study, outcomes: outcomes, evaluator: evaluator)
    results.add(costs)
    try results.write(to: directory)
    try directory.writeRealSamples(of: evaluator)
    let command =
      study.arguments(out: directory.path, cores: cores, context.registry).map(context.commandLine)
      ?? context.commandLine(["compare", "--out", directory.path, "--print-study"]) + " > study.yaml; "
      + context.commandLine(["compare", "study.yaml"])
    let report = StudyReport(results, outcomes: outcomes, in: directory, modes: samples.modes, command: command)
    try report.write()
    (self.results, self.report) = (results, report)
  }
}
