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
      before it, and any other piece begins a new variant. So 'baseline,label-smoothing:real=0.9,fake=0.1+r1-penalty' are two variants. \
      A field with several values makes a variant of each, 'r1-penalty:gamma=0.1|1|10'; an optimizer is of all players, 'adam:learningRate=1e-3', \
      or of one, 'adam@discriminator:learningRate=1e-4'.

      Every variant runs with every seed from 1 on, each run in a process of its own; runs of one seed share initial values, data and \
      latent vectors. A study goes on, where it was stopped or killed, with --out DIR alone. More --seeds, --variants and rounds (--until) \
      are added to what is there, and only what is missing runs; what other options say must be as it was.

      Samples are measured against real ones that training does not see, by the problem's metrics or by those of --metric; beside them \
      stands what real samples score. 'plugins list' shows the metrics and features there are.

      DIR then holds report.html, results.json, study.json and, for each run, its checkpoints, samples and log.
      """)

  @Argument(
    help:
      "What to train: ring, grid, swiss-roll, mnist, images:folder=DIR,size=32, dirac, or a problem of your own; or a study file, study.yaml (Docs/studies.md). By default the problem of the study in --out."
  )
  var problem: String?

  @Option(
    help: ArgumentHelp(
      "The variants, separated by commas; 'baseline' is the problem's own composition. By default the problem's.", valueName: "a,b,…"))
  var variants: String?

  @Option(
    help: ArgumentHelp(
      "What all variants change of the problem's composition, written as a variant is: hinge+adam:learningRate=1e-3.", valueName: "a+b"))
  var base: String?

  @Option(help: ArgumentHelp("The layers of the generator, as for 'train': \"Dense(128) ReLU Dense(2)\".", valueName: "layers"))
  var generator: String?

  @Option(help: ArgumentHelp("The layers of the discriminator, likewise.", valueName: "layers"))
  var discriminator: String?

  @Option(help: ArgumentHelp("How many numbers a latent vector has.", valueName: "n"))
  var latent: Int?

  @Option(help: ArgumentHelp("How many seeds each variant runs with; 3 where nothing is said.", valueName: "k"))
  var seeds: Int?

  @Option(help: ArgumentHelp("How many rounds each run plays; by default the problem's own number.", valueName: "n"))
  var until: Int?

  @Option(
    help: ArgumentHelp(
      "What each run may spend, in place of --until: operations=2e12, discriminatorUpdates=8000, generatorUpdates=8000 or seconds=60. Each variant plays as many rounds as fit.",
      valueName: "unit=n"))
  var budget: String?

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
      "The values that decide which variant is better, by name, such as quality,reverse-kl; by default the problem's.", valueName: "a,b,…"))
  var primary: String?

  @Option(
    help: ArgumentHelp(
      "Before variants are compared, find each one's own best learning rates, of the generator and the discriminator, in this grid, with seeds of their own: 1e-3/1e-4,1e-3.",
      valueName: "a/b,…"))
  var tune: String?

  @Option(help: ArgumentHelp("How many seeds each variant tries each entry of --tune with.", valueName: "k"))
  var tuneSeeds = 2

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

  @OptionGroup var place: DeviceOptions

  @Option(
    help: ArgumentHelp(
      "How many seeds of a variant are played at once, as one program; by default one, and on a GPU up to \(CompareTrials.mostSeedsAtOnce) of small games.",
      valueName: "n"))
  var seedsAtOnce: Int?

  @Option(
    help: ArgumentHelp(
      "Minutes that a run may play no round and log nothing before its process is ended and counted as failed.", valueName: "minutes"))
  var stallAfter = 60

  @Option(
    help: ArgumentHelp(
      "Who starts the runs: local, this command; mpi, ranks of mpirun or srun, all with this very command; slurm, tasks of an array that this command submits.",
      valueName: "local|mpi|slurm"))
  var launcher: Launcher?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --launcher slurm: options of sbatch, such as \"--partition=gpu --gres=gpu:1 --time=24:00:00\".", valueName: "text"))
  var slurmOptions: String?

  @Flag(help: "Show everything that the report has: what the columns mean, the other measures, every comparison with its tests.")
  var details = false

  @Flag(help: "Write the study as a study file on standard output, and run nothing.")
  var printStudy = false

  @OptionGroup var printing: PrintSwiftOption

  @OptionGroup var locking: UnlockedOption

  @Flag(help: "Write the results as one JSON document on standard output; everything else goes to standard error.")
  var json = false

  func validate() throws {
    for (name, value, most) in [
      ("--seeds", seeds ?? 1, 10_000), ("--until", until ?? 1, 1_000_000_000), ("--jobs", jobs ?? 1, 1024),
      ("--batch", batch ?? 1, 1_000_000), ("--stall-after", stallAfter, 1_000_000), ("--tune-seeds", tuneSeeds, 1_000),
      ("--seeds-at-once", seedsAtOnce ?? 1, 10_000),
      ("--evaluations", evaluations ?? 1, 1_000_000), ("--latent", latent ?? 1, 1_000_000),
    ] where !(1...most).contains(value) {
      throw ValidationError("\(name) is \(value), but must be from 1 to \(most)")
    }
    if let samples, !(2...1_000_000).contains(samples) {
      throw ValidationError("--samples is \(samples), but must be from 2 to 1000000")
    }
  }

  func run() throws {
    let context = CommandContext.current
    let device = try place.chosen
    let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    var request = try request(context.registry)
    let launcher = request.launcher ?? .local
    try check(launcher)
    let jobs = request.jobs ?? (launcher == .mpi ? 1 : cores)
    request.threadsPerTrial = request.threadsPerTrial ?? max(1, cores / jobs)
    let named = try request.problem.map { try context.problem(named: $0) }
    guard let folder = request.out ?? named.map({ "runs/compare-\($0.name.prefix { $0 != ":" })" }) else { throw nothing(context) }
    let directory = StudyDirectory(folder)
    let rank = launcher == .mpi ? try ProcessRank(ProcessInfo.processInfo.environment) : nil
    if let rank, rank.index > 0 { return try follow(directory, jobs, device, context) }
    let stored = try directory.specification()
    guard let problem = try named ?? stored.map({ try context.problem(named: $0.problem) }) else { throw nothing(context) }

    let samples = try problem.data(folder: request.folder(of: problem, stored)).opened()
    samples.notices.forEach(Console.warn)
    var asked = try request.specification(of: problem, stored: stored, samples: samples, registry: context.registry)
    try CompareTrials.allotRounds(to: &asked, stored: stored, problem, samples, context.registry, on: device)
    // What cannot be trained or measured at all is said before anything is written.
    try asked.validate()
    let (checked, checkedCosts) = (asked, try CompareTrials.costs(of: asked, problem, samples, context.registry))
    let evaluator = try Evaluator(asked, samples: samples, registry: context.registry)
    let player = StudyPlayer(
      jobs: jobs, device: device, seedsAtOnce: seedsAtOnce, unlocked: locking.unlocked, stallAfter: stallAfter,
      sharing: rank == nil ? .alone : .shared(untilDone: true))
    if let tune, !printStudy, !printing.printSwift {
      let tuning = try CompareTuning(tune, seeds: tuneSeeds, beside: asked.seeds)
      asked = try tuned(asked, by: tuning, problem, samples, player, in: StudyDirectory(folder + "/tuning"), context)
    }
    let planned = try stored.map { try StudyGrowth(of: $0, by: asked, in: directory.path).specification } ?? asked
    try planned.validate()
    if !evaluator.hasHeldOut {
      Console.warn("the data keeps no samples back, so that generated samples are compared with training samples")
    }
    let costs = planned == checked ? checkedCosts : try CompareTrials.costs(of: planned, problem, samples, context.registry)
    if printStudy { return Console.result(try planned.studyFile(context.registry)) }
    if printing.printSwift {
      return Console.result(try SwiftStudy.text(planned, problem, folder: folder, device: device, context.registry))
    }
    try foretell(planned, evaluator, isNamed: request.primary != nil)

    let study = try directory.prepare(asked, requiresLock: !locking.unlocked) { Console.note($0.text(directory.path)) }
    if let budget = study.budget {
      Console.note("Within \(budget) a run: " + study.variants.map { "\($0.label) \($0.rounds ?? 0) rounds" }.joined(separator: ", "))
    }
    if launcher == .slurm { return try submit(study, request.jobs, device, directory, context) }
    if rank != nil { try StudySignal(directory: directory).send() }
    let run = try player.play(study, in: directory) { context.commandLine(["compare", "--out", directory.path]) }

    let conclusion = try StudyConclusion(
      study, run.outcomes, evaluator, costs: costs, samples: samples, cores: cores, in: directory, context)
    let (results, report) = (conclusion.results, conclusion.report)
    try show(results, report, directory, context)
    if results.variants.allSatisfy({ $0.completed + $0.diverged == 0 }) {
      throw CommandFailure("all \(results.trials.count) runs failed; the logs are in \(directory.path)/trials")
    }
  }

  private func check(_ launcher: Launcher) throws {
    guard launcher != .local else { return }
    if tune != nil { throw CommandFailure("--tune plays on one machine; find the rates without --launcher first, and compare them then") }
    if locking.unlocked {
      throw CommandFailure("processes that share a study need a file system that knows locks; leave --unlocked or --launcher away")
    }
  }

  /// What ranks but the first one do: they play with it.
  private func follow(_ directory: StudyDirectory, _ jobs: Int, _ device: Device, _ context: CommandContext) throws {
    let player = StudyPlayer(
      jobs: jobs, device: device, seedsAtOnce: seedsAtOnce, stallAfter: stallAfter, sharing: .shared(untilDone: true))
    try StudySignal(directory: directory).wait(since: Date()) { player.stop.isRaised }
    guard let study = try directory.specification() else { return }
    _ = try player.play(study, in: directory) { context.commandLine(["compare", "--out", directory.path]) }
  }

  /// Hands the study to Slurm.
  private func submit(_ study: StudySpecification, _ jobs: Int?, _ device: Device, _ directory: StudyDirectory, _ context: CommandContext)
    throws
  {
    let tasks = min(jobs ?? study.trials.count, study.trials.count)
    let path = FolderPath.absolute(directory.path)
    let command =
      [CompareTrials.executable, "work", path, "--stall-after", String(stallAfter)]
      + (place.isGiven ? DeviceOptions.arguments(for: device) : []) + (seedsAtOnce.map { ["--seeds-at-once", String($0)] } ?? [])
    let job = SlurmJob(
      directory: StudyDirectory(path), name: "rival-" + String(study.problem.prefix { $0.isLetter || $0.isNumber || $0 == "-" }),
      tasks: tasks,
      threads: study.threadsPerTrial, options: slurmOptions, command: command.map(ShellText.quoted).joined(separator: " "))
    Console.result(try job.submit())
    Console.note(
      "The script is \(job.path); the last of its tasks writes the report. To go on with what is left when the job has ended, give the same command again."
    )
  }

  private func nothing(_ context: CommandContext) -> CommandFailure {
    CommandFailure(
      "there is nothing to compare; name a problem (\(context.problems.map(\.name).joined(separator: ", "))) or your own data, or with --out the "
        + "folder of a study to go on with")
  }

  /// What the options say, over what a study file says where one is named.
  private func request(_ registry: Registry) throws -> CompareRequest {
    let options = CompareRequest(
      base: try base.map { try Variant(parsing: $0, registry: registry) }, generator: generator, discriminator: discriminator,
      latentSize: latent, variants: try variants.map { try VariantList.parse($0, registry: registry) },
      seeds: seeds.map { (1...$0).map(UInt64.init) }, rounds: until, budget: try budget.map { try StudyBudget(parsing: $0) },
      batchSize: batch,
      metrics: try measures.metrics(registry)?.map { try NamedComponent($0) },
      features: try measures.featureChoice(registry).map { try NamedComponent($0) }, classifier: classifier,
      primary: primary.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }, sampleCount: samples,
      evaluationCount: evaluations, dataFolder: data, jobs: jobs, launcher: launcher, out: out)
    guard let problem else { return options }
    guard let ending = [".yaml", ".yml"].first(where: problem.hasSuffix) else {
      return options.overridden(by: CompareRequest(problem: problem))
    }
    let name = problem.dropLast(ending.count).split(separator: "/").last ?? "study"
    return CompareRequest(out: "runs/\(name)").overridden(by: try CompareRequest(reading: problem, registry: registry)).overridden(
      by: options)
  }

  private func show(
    _ results: StudyResults, _ report: StudyReport, _ directory: StudyDirectory, _ context: CommandContext
  ) throws {
    let found = StudyText(results)
    var text = details ? found.full : found.short
    text += "\n" + StudyText.wrapped(report.summary) + "\n"
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
    let again = context.commandLine(["compare", "--out", directory.path])
    if results.variants.contains(where: { $0.failed > 0 }) {
      return "Next: read the failed runs' log.txt in \(directory.path)/trials; this tries them again: \(again)"
    }
    let seeds = results.specification.seeds.count
    if seeds < 5 {
      return
        "Next: open the report; \(seeds) seed\(seeds == 1 ? " says" : "s say") little, and this adds some: \(again) --seeds \(max(6, seeds * 2))"
    }
    return
      "Next: open the report, and train the variant of your choice: \(context.name) train \(results.specification.problem) --help"
  }
}
