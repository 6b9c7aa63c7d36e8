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

  /// How a trial gets its trainer.
  static func trainers(_ context: CommandContext, on device: Device) -> TrialTrainers {
    func begin(_ trial: Trial, _ study: StudySpecification) throws -> Trainer {
      let problem = try context.problem(named: study.problem)
      return try Trainer(
        composition(of: trial.variant, in: study, problem, context.registry), data: problem.data(folder: study.dataFolder),
        batchSize: study.batchSize, seed: trial.seed, threadCount: study.threadsPerTrial, device: device)
    }
    return TrialTrainers(
      begin: begin,
      resume: { trial, study, folder in
        let trainer = try begin(trial, study)
        // The checkpoint of another variant or seed is refused.
        try trainer.restore(SavedRun(folder, warn: { Console.warn($0) }).contents, registry: context.registry)
        return trainer
      },
      checkpoint: { try $0.checkpoint() })
  }

  /// The command that plays a trial: this program with the hidden subcommand `trial`.
  static func launch(
    _ trial: Trial, of study: StudySpecification, in directory: StudyDirectory, on device: Device, unlocked: Bool, executable: String
  ) -> TrialLaunch {
    TrialLaunch(
      executable: executable,
      arguments: [
        "trial", directory.path, "--variant=\(trial.variant.label)", "--seed", String(trial.seed), "--parent",
        String(ProcessInfo.processInfo.processIdentifier), "--device", device.name,
      ] + (unlocked ? ["--unlocked"] : []),
      environment: ["OMP_NUM_THREADS": String(study.threadsPerTrial)])
  }

  /// The path of this program's file.
  static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? Bundle.main.executablePath
      ?? CommandLine.arguments[0]
  }
}
