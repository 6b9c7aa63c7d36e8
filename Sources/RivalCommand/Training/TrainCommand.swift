import ArgumentParser
import Foundation
import Rival

/// `train`: a new run, from the first round on.
struct TrainCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    let problems = CommandContext.current.problems
    let width = problems.map(\.name.count).max() ?? 0
    let lines = problems.map { problem in
      "  " + problem.name + String(repeating: " ", count: width - problem.name.count + 2) + problem.summary
    }
    return CommandConfiguration(
      commandName: "train", abstract: "Trains a problem and saves checkpoints.",
      discussion: "Problems:\n" + lines.joined(separator: "\n"))
  }

  @Argument(help: "What to train.", completion: .list(CommandContext.current.problems.map(\.name)))
  var problem: String

  @OptionGroup var training: TrainingOptions

  @Option(help: ArgumentHelp("The folder of the run; it is made where missing.", valueName: "dir"))
  var out: String

  @Option(help: "The seed: the same seed gives the same run.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Samples in a batch; by default what suits the problem.", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("The folder of the data, for problems that need one.", valueName: "dir"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Weights that a network begins from: a checkpoint, a run's folder, or a .safetensors, .weights.h5 or .onnx file, then the network, and for a "
        + "checkpoint which set of weights: runs/a:generator, runs/a:generator=generator_ema. May be repeated.",
      valueName: "file:network"))
  var from: [String] = []

  @OptionGroup(title: "Composition") var components: ComponentOptions

  @OptionGroup var diagnostics: DiagnosticOptions

  @OptionGroup var printing: PrintSwiftOption

  @OptionGroup var common: CommonOptions

  func run() throws {
    common.setThreadCount()
    let context = CommandContext.current
    let problem = try context.problem(named: problem)
    let source = try problem.data(folder: data.map(FolderPath.absolute))
    let recipe = try components.chosenRecipe(context.registry)
    let composition = try components.composition(of: problem, recipe, data: source, registry: context.registry)
    if !printing.printSwift { try refuseOccupied() }
    let trainer = try Trainer(
      composition, data: source, batchSize: batch ?? recipe?.batchSize ?? problem.batchSize, seed: seed, threadCount: common.threads,
      device: common.chosenDevice)
    let weights = try from.map { try WarmStartText($0) }
    if let diagnostics = try diagnostics.diagnostics(of: trainer, registry: context.registry) { trainer.diagnostics = diagnostics }
    if printing.printSwift {
      return Console.result(
        try SwiftTraining.text(trainer, options: training, from: weights, folder: out, threads: common.threads))
    }
    for source in weights { try source.apply(to: trainer, context.registry) }
    let directory = CheckpointDirectory(out)
    try directory.create()
    let lock = try training.locking.lock(directory)
    defer { lock.release() }
    try refuseOccupied()
    try directory.removeStaleTemporaries()
    let session = TrainingSession(
      trainer: trainer, directory: directory, lock: lock, options: training, threads: common.threads, json: common.json,
      measures: try TrainingMeasures(
        training.measurement, trainer, standard: problem.plan(for: trainer.samples), in: directory.path, context.registry))
    try session.run(title: "\(problem.name), seed \(seed)")
  }

  /// A folder that holds a run already is left alone.
  private func refuseOccupied() throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: out)) ?? []
    guard names.contains(where: { $0.hasPrefix("checkpoint-") && $0.hasSuffix(".h5") }) else { return }
    let resume = CommandContext.current.commandLine(["resume", out, "--until", String(training.until)])
    throw CommandFailure("\(out): the folder holds checkpoints already; go on with '\(resume)', or name another folder")
  }
}
