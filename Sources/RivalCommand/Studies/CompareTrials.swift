import Foundation
import Rival

/// How `compare` makes the runs of a study, and starts them as processes of this very program.
enum CompareTrials {
  /// The composition of a variant: the problem's, with what all variants of the study change, and then with its own changes.
  static func composition(
    of variant: Variant, in study: StudySpecification, _ problem: Problem, _ registry: Registry
  ) throws -> any Composition {
    var changes: [CompositionChange] = []
    if let text = study.generator { changes.append(.layers(try LayerText.layers(text, "generator", registry), of: "generator")) }
    if let text = study.discriminator {
      changes.append(.layers(try LayerText.layers(text, "discriminator", registry), of: "discriminator"))
    }
    if let size = study.latentSize { changes.append(.latentSize(size)) }
    changes += try study.base?.changes(registry) ?? []
    return try problem.composition().changed(by: changes).changed(by: variant.changes(registry))
  }

  /// What a round of each variant takes; variants that cannot be trained are found so before anything runs.
  ///
  /// - Throws: ``CommandFailure`` that names the variant and what is wrong with it.
  static func costs(
    of study: StudySpecification, _ problem: Problem, _ samples: any Samples, _ registry: Registry
  ) throws -> [RoundCost] {
    try study.variants.map { variant in
      do {
        let composition = try composition(of: variant, in: study, problem, registry)
        return try RoundCost(of: composition, fields: samples.fields, batchSize: study.batchSize)
      } catch {
        throw CommandFailure("the variant '\(variant.label)' cannot be built: \(error)")
      }
    }
  }

  /// Gives each variant as many rounds as fit the study's budget; those of a stored study of that budget keep theirs.
  ///
  /// - Throws: what ``costs(of:_:_:_:)`` and `StudyBudget.rounds(of:cost:secondsPerRound:)` throw.
  static func allotRounds(
    to study: inout StudySpecification, stored: StudySpecification?, _ problem: Problem, _ samples: any Samples, _ registry: Registry,
    on device: Device
  ) throws {
    guard let budget = study.budget else { return }
    let kept = stored?.budget == budget ? stored?.variants ?? [] : []
    let costs = try costs(of: study, problem, samples, registry)
    for (index, variant) in study.variants.enumerated() {
      study.variants[index].rounds =
        try kept.first { $0.label == variant.label }?.rounds
        ?? budget.rounds(of: variant.label, cost: costs[index]) {
          try secondsPerRound(
            of: Trainer(
              composition(of: variant, in: study, problem, registry), data: problem.data(folder: study.dataFolder),
              batchSize: study.batchSize,
              seed: study.seeds.first ?? 1, threadCount: study.threadsPerTrial, device: device), variant.label)
        }
    }
    study.rounds = study.variants.compactMap(\.rounds).max() ?? study.rounds
  }

  /// The time of a round, over a second or so of rounds after the first ones.
  private static func secondsPerRound(of trainer: Trainer, _ label: String) throws -> Double {
    let (clock, first) = (ContinuousClock(), 20)
    try trainer.run(until: first)
    let start = clock.now
    repeat { try trainer.run(until: trainer.step + first) } while clock.now - start < .seconds(1) && trainer.failure == nil
    guard trainer.failure == nil else {
      throw CommandFailure(
        "a round of '\(label)' cannot be timed, because its numbers go wrong at once; choose another budget than seconds")
    }
    return (clock.now - start) / .seconds(1) / Double(trainer.step - first)
  }

  /// How a trial gets its trainer.
  static func trainers(_ context: CommandContext, on device: Device) -> TrialTrainers {
    TrialTrainers(registry: context.registry, warn: Console.warn) { trial, study in
      let problem = try context.problem(named: study.problem)
      return try Trainer(
        composition(of: trial.variant, in: study, problem, context.registry), data: problem.data(folder: study.dataFolder),
        batchSize: study.batchSize, seed: trial.seed, threadCount: study.threadsPerTrial, device: device)
    }
  }

  /// The command that plays trials of one variant: this program with the hidden subcommand `trial`.
  static func launch(
    _ trials: [Trial], of study: StudySpecification, in directory: StudyDirectory, on device: Device, unlocked: Bool, executable: String
  ) -> TrialLaunch {
    TrialLaunch(
      executable: executable,
      arguments: [
        "trial", directory.path, "--variant=\(trials[0].variant.label)", "--seeds", trials.map { String($0.seed) }.joined(separator: ","),
        "--parent",
        String(ProcessInfo.processInfo.processIdentifier),
      ] + DeviceOptions.arguments(for: device) + (unlocked ? ["--unlocked"] : []),
      environment: ["OMP_NUM_THREADS": String(study.threadsPerTrial)])
  }

  /// The most operations of a round that leave a GPU idle, so that it plays further seeds meanwhile.
  static let operationsOfSmallRound = 5e8
  /// The most seeds that are played at once where nothing else is said.
  static let mostSeedsAtOnce = 100

  /// How many seeds of a variant a device plays at once, where nothing is said: many on a GPU that one alone would leave idle, else one.
  ///
  /// Runs whose composition has something that looks at them on the way are played one by one.
  static func seedsAtOnce(of study: StudySpecification, on device: Device, asked: Int?, _ context: CommandContext) throws -> (Variant) ->
    Int
  {
    let isGPU = (device.executor as? XLA).map { $0.platform != .xlaCPU } ?? false
    guard (asked ?? (isGPU ? mostSeedsAtOnce : 1)) > 1 else { return { _ in 1 } }
    let problem = try context.problem(named: study.problem)
    let samples = try problem.data(folder: study.dataFolder).opened()
    let costs = try costs(of: study, problem, samples, context.registry)
    var counts: [String: Int] = [:]
    for (variant, cost) in zip(study.variants, costs) {
      let isWatched = try !composition(of: variant, in: study, problem, context.registry).diagnostics.isEmpty
      let isSmall = Double(cost.operations) < operationsOfSmallRound
      counts[variant.label] = isWatched ? 1 : asked ?? (isSmall ? mostSeedsAtOnce : 1)
    }
    return { counts[$0.label] ?? 1 }
  }

  /// The path of this program's file.
  static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? Bundle.main.executablePath
      ?? CommandLine.arguments[0]
  }
}
