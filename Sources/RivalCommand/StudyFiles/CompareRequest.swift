import Foundation
import Rival

/// What a person says of a study. What is left open is that of the study which lies there already, or else the problem's.
struct CompareRequest {
  /// The problem as it is written, such as `ring`.
  var problem: String?
  /// What all variants change of the problem's composition.
  var base: Variant?
  var generator: String?
  var discriminator: String?
  var latentSize: Int?
  var variants: [Variant]?
  var seeds: [UInt64]?
  var rounds: Int?
  /// What each run may spend, in place of a number of rounds.
  var budget: StudyBudget?
  var batchSize: Int?
  var metrics: [NamedComponent]?
  var features: NamedComponent?
  /// A file with a classifier, whose score is measured too and whose hidden layer gives the features.
  var classifier: String?
  /// The names of the values that decide.
  var primary: [String]?
  var sampleCount: Int?
  var evaluationCount: Int?
  var dataFolder: String?
  /// How many threads a new study's trials get.
  var threadsPerTrial: Int?
  /// How many trials run at a time.
  var jobs: Int?
  /// Who starts the runs.
  var launcher: Launcher?
  /// The folder of the study.
  var out: String?

  /// What `other` says, and otherwise what this one does.
  func overridden(by other: CompareRequest) -> CompareRequest {
    CompareRequest(
      problem: other.problem ?? problem, base: other.base ?? base, generator: other.generator ?? generator,
      discriminator: other.discriminator ?? discriminator, latentSize: other.latentSize ?? latentSize, variants: other.variants ?? variants,
      seeds: other.seeds ?? seeds, rounds: other.rounds ?? rounds, budget: other.budget ?? budget, batchSize: other.batchSize ?? batchSize,
      metrics: other.metrics ?? metrics,
      features: other.features ?? features, classifier: other.classifier ?? classifier, primary: other.primary ?? primary,
      sampleCount: other.sampleCount ?? sampleCount, evaluationCount: other.evaluationCount ?? evaluationCount,
      dataFolder: other.dataFolder ?? dataFolder, threadsPerTrial: other.threadsPerTrial ?? threadsPerTrial, jobs: other.jobs ?? jobs,
      launcher: other.launcher ?? launcher, out: other.out ?? out)
  }

  /// The folder of the data that is asked for, or that of the stored study, or the usual one.
  func folder(of problem: Problem, _ stored: StudySpecification?) -> String? {
    dataFolder.map { URL(fileURLWithPath: $0).standardizedFileURL.path } ?? (stored == nil ? problem.usualFolder : stored?.dataFolder)
  }

  /// The study that is asked for.
  ///
  /// - Throws: `ComponentError` and ``StudyError`` where the problem's variants or the classifier cannot be read.
  func specification(
    of problem: Problem, stored: StudySpecification?, samples: any Samples, registry: Registry
  ) throws -> StudySpecification {
    var study =
      try stored
      ?? StudySpecification(
        problem: problem.name, variants: variants ?? VariantList.parse(problem.variants, registry: registry), seeds: [1, 2, 3],
        rounds: problem.rounds, batchSize: problem.batchSize, threadsPerTrial: threadsPerTrial ?? 1, plan: problem.plan(for: samples))
    study.problem = problem.name
    study.dataFolder = folder(of: problem, stored)
    if let base { study.base = base.isBaseline ? nil : base }
    if let generator { study.generator = generator }
    if let discriminator { study.discriminator = discriminator }
    if let latentSize { study.latentSize = latentSize }
    if let variants { study.variants = variants }
    if let seeds { study.seeds = seeds }
    if let budget { study.budget = budget }
    if let rounds {
      guard study.budget == nil else { throw CommandFailure("a budget says how many rounds are played; leave the rounds (--until) away") }
      study.rounds = rounds
    }
    if let batchSize { study.batchSize = batchSize }
    if let metrics { study.metrics = metrics }
    if let classifier {
      let file = URL(fileURLWithPath: classifier).standardizedFileURL.path
      let score = try NamedComponent(ClassifierScore(file: file, registry: registry))
      if metrics != nil || !study.metrics.contains(score) { study.metrics.append(score) }
      study.features = try NamedComponent(NetworkFeatures(file: file, registry: registry))
    }
    if let features { study.features = features }
    if let primary { study.primary = primary }
    if let sampleCount { study.sampleCount = sampleCount }
    if let evaluationCount { study.evaluationCount = evaluationCount }
    return study
  }
}

extension StudySpecification {
  /// The arguments of `compare` that make this study anew; `nil` where its variants have names of their own or its seeds do not count from 1, so that
  /// only a study file can say it.
  func arguments(out: String, cores: Int, _ registry: Registry) -> [String]? {
    guard seeds == (1...max(1, seeds.count)).map(UInt64.init),
      variants.allSatisfy({ $0.isWritten(registry) })
    else { return nil }
    var words = ["compare", problem, "--variants", variants.map(\.label).joined(separator: ",")]
    if let base { words += ["--base", base.label] }
    if let generator { words += ["--generator", generator] }
    if let discriminator { words += ["--discriminator", discriminator] }
    if let latentSize { words += ["--latent", "\(latentSize)"] }
    words += budget.map { ["--budget", "\($0)"] } ?? ["--until", "\(rounds)"]
    words += ["--seeds", "\(seeds.count)", "--batch", "\(batchSize)"]
    if !metrics.isEmpty { words += ["--metric", metrics.map(\.label).joined(separator: ",")] }
    if let features { words += ["--features", features.label] }
    words += ["--samples", "\(sampleCount)", "--evaluations", "\(evaluationCount)", "--jobs", "\(max(1, cores / threadsPerTrial))"]
    if let dataFolder { words += ["--data", dataFolder] }
    return words + ["--out", out]
  }
}

extension StudyGrowth {
  /// What is there and what is added, in a line.
  func text(_ path: String) -> String {
    var text = "\(path) holds a study of '\(specification.problem)'"
    text += additions.isEmpty ? "; going on with it" : "; added: \(additions.joined(separator: ", "))"
    if !kept.isEmpty { text += "; staying besides what was asked for: \(kept.joined(separator: ", "))" }
    return text + "."
  }
}
