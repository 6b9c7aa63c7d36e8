import ArgumentParser
import Foundation
import Rival

/// `rival compare`: runs variants of a composition over seeds and shows what they differ in.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares variants of a problem's composition over seeds.",
    discussion: """
      A variant is 'baseline', or components joined by '+': label-smoothing:real=0.9+r1-penalty:gamma=1. Commas stand between variants \
      and between the fields of a component: a piece in which '=' comes before any ':' and '+' is a further field of the component \
      before it, and any other piece begins a new variant. So 'baseline,label-smoothing:real=0.9,fake=0.1+r1-penalty' are two variants.

      Every variant runs with every seed from 1 on, each run in a process of its own; runs of one seed share initial values, data and \
      latent vectors. Called again with the same arguments, the command goes on where it was stopped or killed.

      Samples are measured against real ones that training does not see, by the problem's metrics or by those of --metric; beside them \
      stands what real samples score. 'plugins list' shows the metrics and features there are.

      DIR then holds report.html, results.json, study.json and, for each run, its checkpoints, samples and log.
      """)

  @Argument(help: "What to train: ring, grid, swiss-roll, mnist, images:folder=DIR,size=32, dirac, or a problem of your own.")
  var problem: String

  @Option(
    help: ArgumentHelp(
      "The variants, separated by commas; 'baseline' is the problem's own composition. By default the problem's.", valueName: "a,b,…"))
  var variants: String?

  @Option(help: ArgumentHelp("How many seeds each variant runs with.", valueName: "k"))
  var seeds = 3

  @Option(help: ArgumentHelp("How many rounds each run plays; by default the problem's own number.", valueName: "n"))
  var until: Int?

  @OptionGroup(title: "Measures") var measures: MetricOptions

  @Option(
    help: ArgumentHelp(
      "A checkpoint with a classifier of your own (Docs/metrics.md): its score is measured too, and its hidden layer gives the features.",
      valueName: "file"))
  var classifier: String?

  @Option(help: ArgumentHelp("How many samples are measured, and at most as many real ones compared with.", valueName: "n"))
  var samples: Int?

  @Option(help: ArgumentHelp("How often each run is measured, its end included.", valueName: "n"))
  var evaluations: Int?

  @Option(
    help: ArgumentHelp(
      "How many runs go on at a time; by default one for each core. It decides how many threads each gets when a study is begun.",
      valueName: "n"))
  var jobs: Int?

  @Option(help: ArgumentHelp("Real samples in a batch; by default the problem's own number.", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("The folder that holds the data's files; by default data/PROBLEM, where it is there.", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("The folder of the study; by default runs/compare-PROBLEM.", valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("Where to compute; as for 'train'.", valueName: "name"))
  var device: String?

  @Option(
    help: ArgumentHelp(
      "Minutes that a run may play no round and log nothing before its process is ended and counted as failed.", valueName: "minutes"))
  var stallAfter = 60

  @Flag(help: "Show everything that the report has: what the columns mean, the other measures, every comparison with its tests.")
  var details = false

  @OptionGroup var locking: UnlockedOption

  @Flag(help: "Write the results as one JSON document on standard output; everything else goes to standard error.")
  var json = false

  func validate() throws {
    for (name, value, most) in [
      ("--seeds", seeds, 10_000), ("--until", until ?? 1, 1_000_000_000), ("--jobs", jobs ?? 1, 1024),
      ("--batch", batch ?? 1, 1_000_000), ("--stall-after", stallAfter, 1_000_000), ("--evaluations", evaluations ?? 1, 1_000_000),
    ] where !(1...most).contains(value) {
      throw ValidationError("\(name) is \(value), but must be from 1 to \(most)")
    }
    if let samples, !(2...1_000_000).contains(samples) {
      throw ValidationError("--samples is \(samples), but must be from 2 to 1000000")
    }
  }

  func run() throws {
    let context = CommandContext.current
    let problem = try context.problem(named: problem)
    let device = try context.device(named: device)
    let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    let jobs = jobs ?? cores
    let folder = data.map { URL(fileURLWithPath: $0).standardizedFileURL.path } ?? problem.usualFolder
    let samples = try problem.data(folder: folder).opened()
    samples.notices.forEach(Console.warn)
    let asked = try StudySpecification(
      problem: problem.name, variants: VariantList.parse(variants ?? problem.variants, registry: context.registry),
      seeds: (1...seeds).map(UInt64.init), rounds: until ?? problem.rounds, batchSize: batch ?? problem.batchSize,
      threadsPerTrial: max(1, cores / jobs), plan: plan(of: problem, for: samples, context.registry), dataFolder: folder)
    // What cannot be trained or measured at all is said before anything is written.
    try asked.validate()
    let evaluator = try Evaluator(asked, samples: samples, registry: context.registry)
    if !evaluator.hasHeldOut {
      Console.warn("the data keeps no samples back, so that generated samples are compared with training samples")
    }
    for variant in asked.variants { try CompareTrials.composition(of: variant, problem, context.registry).validated() }

    try ProcessSetup.requireDescriptors(32 + 8 * min(jobs, asked.trials.count), for: "compare with \(jobs) jobs")

    let directory = StudyDirectory(out ?? "runs/compare-\(problem.name.prefix { $0 != ":" })")
    let study = try directory.prepare(asked)
    let stop = StopSignal.onInterrupt()
    let progress = CompareProgress()
    let executable = CompareTrials.executable
    let runner = StudyRunner(
      study, in: directory, jobs: jobs,
      launch: { CompareTrials.launch($0, of: study, in: directory, on: device, unlocked: locking.unlocked, executable: executable) },
      stallLimit: .seconds(60 * stallAfter), requiresLock: !locking.unlocked, stop: stop,
      report: progress.show)
    let run = try runner.run()
    progress.end()
    let command = context.commandLine(Array(CommandLine.arguments.dropFirst()))
    guard !run.isInterrupted else {
      Console.note("Stopped; what was done is saved. To go on:\n  \(command)")
      throw ExitStatus.interrupted.code
    }

    let results = try StudyResults(study, outcomes: run.outcomes, evaluator: evaluator)
    try results.write(to: directory)
    try directory.writeRealSamples(of: evaluator)
    let report = StudyReport(results, outcomes: run.outcomes, in: directory, modes: samples.modes, command: command)
    try report.write()
    try show(results, report, directory, context)
    if results.variants.allSatisfy({ $0.completed + $0.diverged == 0 }) {
      throw CommandFailure("all \(results.trials.count) runs failed; the logs are in \(directory.path)/trials")
    }
  }

  /// What the problem measures, with what the options say in its place.
  private func plan(of problem: Problem, for samples: any Samples, _ registry: Registry) throws -> EvaluationPlan {
    var plan = problem.plan(for: samples)
    if let metrics = try measures.metrics(registry) { plan.metrics = metrics }
    if let classifier {
      let file = URL(fileURLWithPath: classifier).standardizedFileURL.path
      plan.metrics.append(ClassifierScore(file: file, registry: registry))
      plan.features = NetworkFeatures(file: file, registry: registry)
    }
    if let features = try measures.featureChoice(registry) { plan.features = features }
    if let count = self.samples { plan.sampleCount = count }
    if let evaluations { plan.evaluationCount = evaluations }
    return plan
  }

  private func show(
    _ results: StudyResults, _ report: StudyReport, _ directory: StudyDirectory, _ context: CommandContext
  ) throws {
    let tables = StudyTables(results)
    let findings = StudyFindings(results)
    var text = tables.main.text + "\n"
    if details {
      text += Self.wrapped(tables.caption) + "\n"
      if let further = tables.further { text += "\n" + further.text + "\n" + Self.wrapped(tables.furtherCaption) + "\n" }
      text += "\n"
    }
    text += (findings.answers + findings.costs).map { Self.wrapped($0) + "\n" }.joined()
    if !details { text += Self.wrapped(tables.shortCaption) + "\n" }
    if details, !findings.sentences.isEmpty {
      text += "\n" + (findings.sentences + findings.bestLines).map { Self.wrapped($0) + "\n" }.joined()
      text += Self.wrapped(findings.caption) + "\n"
    }
    if details, let differences = tables.differences {
      text += "\n" + differences.text + "\n" + Self.wrapped(tables.differencesCaption) + "\n"
    }
    if let troubles = tables.troubles { text += "\n" + troubles.text }
    if let failures = tables.failures { text += "\n" + failures.text }
    text += "\n" + Self.wrapped(report.summary) + "\n"
    text += "\nReport: \(directory.reportPath)\nNumbers: \(directory.resultsPath)\n" + next(results, directory, context)
    if json {
      Console.note(text)
      Console.result(json: try results.json())
    } else {
      Console.result(text)
    }
  }

  /// What to do now.
  private func next(_ results: StudyResults, _ directory: StudyDirectory, _ context: CommandContext) -> String {
    if results.variants.contains(where: { $0.failed > 0 }) {
      return "Next: read the failed runs' log.txt in \(directory.path)/trials; the same command tries them again."
    }
    if seeds < 5 {
      return
        "Next: open the report; \(seeds) seed\(seeds == 1 ? " says" : "s say") little, so repeat with --seeds \(max(6, seeds * 2)) and another --out."
    }
    return
      "Next: open the report, and train the variant of your choice: \(context.name) train \(results.specification.problem) --help"
  }

  /// Text in lines of at most 100 characters.
  static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > 100 {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
