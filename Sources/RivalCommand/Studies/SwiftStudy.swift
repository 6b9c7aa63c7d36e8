import Rival

/// `compare` as a Swift program.
enum SwiftStudy {
  /// The program that plays the same trials, one after the other, and leaves the same folder.
  static func text(
    _ study: StudySpecification, _ problem: Problem, folder: String, device: Device, _ registry: Registry
  ) throws -> String {
    let composition = try CompareTrials.composition(of: .baseline, in: study, problem, registry)
    let name = composition is GAN ? "gan" : "game"
    var body = try SwiftProgram.definition(of: composition, named: name)
    body += ["let data = \(try SwiftComponent.text(problem.data(folder: study.dataFolder)))"]
    body += ["let registry = try Registry.builtIn()", ""]
    body += try specification(study, registry)
    let arguments = try SwiftProgram.trainerArguments(
      batchSize: "study.batchSize", seed: "trial.seed", threads: "study.threadsPerTrial", device: device)
    body += [
      "", "let trainers = TrialTrainers(registry: registry) { trial, study in",
      "  try Trainer(\(name).changed(by: trial.variant.changes(registry)), data: data, \(arguments))", "}",
      "let results = try StudyDirectory(\(SwiftValue.quoted(folder))).play(study, trainers: trainers, data: data, registry: registry)",
      "print(StudyTables(results).main.text)",
    ]
    return SwiftProgram.text(
      body,
      remarks: [
        "The command plays several runs at a time, each in a process of its own; 'rival report' and 'rival compare --out' know the folder."
      ])
  }

  private static func specification(_ study: StudySpecification, _ registry: Registry) throws -> [String] {
    let isCounted = study.seeds == (1...max(1, study.seeds.count)).map(UInt64.init) && study.seeds.count > 3
    var lines = ["var study = try StudySpecification(", "  problem: \(SwiftValue.quoted(study.problem)),", "  variants: ["]
    lines += try study.variants.map { "    " + (try variant($0, registry)) + "," }
    lines += [
      "  ],",
      "  seeds: \(isCounted ? "Array(1...\(study.seeds.count))" : "\(study.seeds)"), rounds: \(study.rounds), batchSize: \(study.batchSize),"
        + (study.threadsPerTrial == 1 ? "" : " threadsPerTrial: \(study.threadsPerTrial),"),
      "  plan: \(try plan(study, registry)))",
    ]
    var settings: [String] = []
    if let budget = study.budget {
      settings.append("study.budget = try StudyBudget(\(try SwiftValue.text(budget.amount)), of: .\(budget.unit.rawValue))")
      for (index, variant) in study.variants.enumerated() {
        if let rounds = variant.rounds { settings.append("study.variants[\(index)].rounds = \(rounds)") }
      }
    }
    if let folder = study.dataFolder { settings.append("study.dataFolder = \(SwiftValue.quoted(folder))") }
    if let base = study.base { settings.append("study.base = try \(try variant(base, registry))") }
    if let text = study.generator { settings.append("study.generator = \(SwiftValue.quoted(text))") }
    if let text = study.discriminator { settings.append("study.discriminator = \(SwiftValue.quoted(text))") }
    if let size = study.latentSize { settings.append("study.latentSize = \(size)") }
    if settings.isEmpty { lines[0] = "let" + lines[0].dropFirst(3) }
    return lines + settings
  }

  private static func variant(_ variant: Variant, _ registry: Registry) throws -> String {
    guard variant != .baseline else { return ".baseline" }
    let parts = try variant.components.map { try SwiftComponent.text(registry.component($0)) }
    let optimizers = try variant.optimizers.map {
      "\(SwiftValue.quoted($0.player)): \(try SwiftComponent.text(registry.component($0.optimizer)))"
    }
    return "Variant(\(SwiftValue.quoted(variant.label)), [\(parts.joined(separator: ", "))]"
      + (optimizers.isEmpty ? "" : ", optimizers: [\(optimizers.joined(separator: ", "))]") + ")"
  }

  private static func plan(_ study: StudySpecification, _ registry: Registry) throws -> String {
    let metrics = try study.metrics.map { try SwiftComponent.text(registry.component($0.component)) }
    var arguments = ["[\(metrics.joined(separator: ", "))]"]
    if let features = study.features { arguments.append("features: \(try SwiftComponent.text(registry.component(features.component)))") }
    if !study.primary.isEmpty { arguments.append("primary: \(study.primary)") }
    if study.sampleCount != 2_500 { arguments.append("sampleCount: \(study.sampleCount)") }
    if study.evaluationCount != 20 { arguments.append("evaluationCount: \(study.evaluationCount)") }
    return "EvaluationPlan(\(arguments.joined(separator: ", ")))"
  }
}
