import Foundation
import Rival

/// What a person says of a study. What is left open is that of the study which lies there already, or else the problem's.
struct CompareRequest {
  var variants: [Variant]?
  var seeds: [UInt64]?
  var rounds: Int?
  var batchSize: Int?
  var metrics: [NamedComponent]?
  var features: NamedComponent?
  /// A file with a classifier, whose score is measured too and whose hidden layer gives the features.
  var classifier: String?
  var sampleCount: Int?
  var evaluationCount: Int?
  var dataFolder: String?
  /// How many threads a new study's trials get.
  var threadsPerTrial = 1

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
        rounds: problem.rounds, batchSize: problem.batchSize, threadsPerTrial: threadsPerTrial, plan: problem.plan(for: samples))
    study.problem = problem.name
    study.dataFolder = folder(of: problem, stored)
    if let variants { study.variants = variants }
    if let seeds { study.seeds = seeds }
    if let rounds { study.rounds = rounds }
    if let batchSize { study.batchSize = batchSize }
    if let metrics { study.metrics = metrics }
    if let classifier {
      let file = URL(fileURLWithPath: classifier).standardizedFileURL.path
      let score = try NamedComponent(ClassifierScore(file: file, registry: registry))
      if metrics != nil || !study.metrics.contains(score) { study.metrics.append(score) }
      study.features = try NamedComponent(NetworkFeatures(file: file, registry: registry))
    }
    if let features { study.features = features }
    if let sampleCount { study.sampleCount = sampleCount }
    if let evaluationCount { study.evaluationCount = evaluationCount }
    return study
  }
}

extension StudySpecification {
  /// The arguments of `compare` that make this study anew.
  func arguments(out: String, cores: Int) -> [String] {
    var words = ["compare", problem, "--variants", variants.map(\.label).joined(separator: ",")]
    words += ["--seeds", "\(seeds.count)", "--until", "\(rounds)", "--batch", "\(batchSize)"]
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
