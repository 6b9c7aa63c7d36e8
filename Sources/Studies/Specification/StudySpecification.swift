import Components
import Networks

/// What a study is: everything on which its results depend.
public struct StudySpecification: Codable, Sendable, Hashable {
  /// The version of the file's form.
  public static let formatVersion = 3

  /// The version of the form in which this was stored.
  public var version: Int
  /// The problem's name, such as `ring`.
  public var problem: String
  /// What all variants change of the problem's composition before their own changes; `nil` for nothing.
  public var base: Variant?
  /// The layers of the generator as they are written, such as `Dense(128) ReLU Dense(2)`; `nil` for the problem's own.
  public var generator: String?
  /// The layers of the discriminator, likewise.
  public var discriminator: String?
  /// How many numbers a latent vector has, at least 1; `nil` for the problem's own.
  public var latentSize: Int?
  /// What is compared, in the order of the table; at least one, no two of one label.
  public var variants: [Variant]
  /// The seeds, each run once by every variant; at least one.
  public var seeds: [UInt64]
  /// How many rounds a trial plays, at least 1; with a budget the most that a variant plays.
  public var rounds: Int
  /// What each trial may spend; `nil` where all play the same number of rounds. Each variant's ``Variant/rounds`` say what fits.
  public var budget: StudyBudget?
  /// How many real samples, and generated ones, an evaluation of the losses uses, at least 1.
  public var batchSize: Int
  /// How many threads a trial runs with, at least 1; part of the study because it may change the last bits of sums.
  public var threadsPerTrial: Int
  /// What is measured, in the order of tables; no metric twice.
  public var metrics: [NamedComponent]
  /// What metrics compare in place of the samples; `nil` for the samples themselves.
  public var features: NamedComponent?
  /// The names of the values that decide which variant is better; where it is empty or names none that there is, those of the first metric.
  public var primary: [String]
  /// How many samples an evaluation draws, at least 2; see ``EvaluationPlan``.
  public var sampleCount: Int
  /// How often a trial is evaluated, evenly spaced, its end included; 20 by default.
  public var evaluationCount: Int
  /// The absolute path of the folder that holds the data's files; `nil` where the problem needs none.
  public var dataFolder: String?
  /// How the learning rates of the variants were chosen before; `nil` where they are as written.
  public var tuning: StudyTuning?

  /// Creates a specification; see the fields.
  public init(
    problem: String, variants: [Variant], seeds: [UInt64], rounds: Int, batchSize: Int, threadsPerTrial: Int = 1,
    metrics: [NamedComponent] = [], features: NamedComponent? = nil, primary: [String] = [], sampleCount: Int = 2500,
    evaluationCount: Int = 20, dataFolder: String? = nil
  ) {
    version = Self.formatVersion
    self.problem = problem
    self.variants = variants
    self.seeds = seeds
    self.rounds = rounds
    self.batchSize = batchSize
    self.threadsPerTrial = threadsPerTrial
    self.metrics = metrics
    self.features = features
    self.primary = primary
    self.sampleCount = sampleCount
    self.evaluationCount = evaluationCount
    self.dataFolder = dataFolder
  }

  /// Creates a specification that measures as `plan` says.
  ///
  /// - Throws: what coding the plan's components throws.
  public init(
    problem: String, variants: [Variant], seeds: [UInt64], rounds: Int, batchSize: Int, threadsPerTrial: Int = 1, plan: EvaluationPlan,
    dataFolder: String? = nil
  ) throws {
    self.init(
      problem: problem, variants: variants, seeds: seeds, rounds: rounds, batchSize: batchSize, threadsPerTrial: threadsPerTrial,
      metrics: try plan.metrics.map { try NamedComponent($0) }, features: try plan.features.map { try NamedComponent($0) },
      primary: plan.primary, sampleCount: plan.sampleCount, evaluationCount: plan.evaluationCount, dataFolder: dataFolder)
  }

  /// Checks all fields.
  ///
  /// - Throws: ``StudyError`` that says which is out of range.
  public func validate() throws {
    try Self.check(version: version)
    for (value, name, least) in [
      (variants.count, "variants", 1), (seeds.count, "seeds", 1), (rounds, "rounds", 1), (batchSize, "batch size", 1),
      (threadsPerTrial, "threads per trial", 1), (latentSize ?? 1, "latent vectors", 1), (sampleCount, "samples per evaluation", 2),
      (evaluationCount, "evaluations", 1),
    ] where value < least {
      throw StudyError("the study's \(name): \(value), but must be at least \(least)")
    }
    try Variant.check(variants)
    for variant in variants {
      guard (variant.rounds ?? 1) >= 1, (variant.rounds == nil) == (budget == nil) else {
        throw StudyError(
          "the variant '\(variant.label)' has \(variant.rounds ?? 0) rounds, but each has some where there is a budget, and only there")
      }
    }
    for (index, metric) in metrics.enumerated() where metrics[..<index].contains(metric) {
      throw StudyError("the metric '\(metric.label)' is given twice; leave one out")
    }
    guard Set(seeds).count == seeds.count else { throw StudyError("a seed is given twice; each is run once") }
  }

  /// - Throws: ``StudyError`` where this program does not know the form.
  static func check(version: Int) throws {
    guard version != formatVersion else { return }
    throw StudyError(
      "the study has form \(version), but this program knows form \(formatVersion); go on with the program that began it, or begin another "
        + "study in another folder")
  }

  /// The index of the variant that the others are compared with: the baseline, or the first where there is none.
  public var referenceIndex: Int {
    variants.firstIndex { $0.isBaseline || $0.label == Variant.baselineLabel } ?? 0
  }

  /// The rounds after which a trial is evaluated, ascending; the last is ``rounds``.
  public var evaluationSteps: [Int] { evaluationSteps(rounds) }

  /// How many rounds a trial of `variant` plays.
  public func rounds(of variant: Variant) -> Int { variant.rounds ?? rounds }

  /// The rounds after which a trial of `variant` is evaluated, ascending; the last is its end.
  public func evaluationSteps(of variant: Variant) -> [Int] { evaluationSteps(rounds(of: variant)) }

  private func evaluationSteps(_ rounds: Int) -> [Int] {
    let count = min(evaluationCount, rounds)
    return (1...max(1, count)).map { rounds * $0 / max(1, count) }
  }

  /// All trials: every seed of the first variant, then of the second, and so on.
  public var trials: [Trial] {
    variants.indices.flatMap { variant in
      seeds.map { Trial(variantIndex: variant, variant: variants[variant], seed: $0) }
    }
  }

  /// What differs between this specification and a stored one, a line each, as `name: stored → asked`.
  ///
  /// The thread count is left out: going on with a study takes the stored one.
  public func differences(from stored: StudySpecification) -> [String] {
    var lines: [String] = []
    func compare<Value: Equatable>(
      _ name: String, _ path: KeyPath<StudySpecification, Value>, _ text: (Value) -> String
    ) {
      let (old, new) = (stored[keyPath: path], self[keyPath: path])
      if old != new { lines.append("\(name): \(text(old)) → \(text(new))") }
    }
    compare("problem", \.problem) { $0 }
    compare("base", \.base) { $0?.label ?? "none" }
    compare("generator", \.generator) { $0 ?? "the problem's" }
    compare("discriminator", \.discriminator) { $0 ?? "the problem's" }
    compare("latent vectors", \.latentSize) { $0.map(String.init) ?? "the problem's" }
    let (old, new) = (stored.variants.map(\.label), variants.map(\.label))
    let changed = zip(stored.variants, variants).filter { !$0.isSame(as: $1) }.map(\.0.label)
    if old != new {
      lines.append("variants: \(old.joined(separator: ",")) → \(new.joined(separator: ","))")
    } else if !changed.isEmpty {
      lines.append("variants: the components of \(changed.joined(separator: ", ")), or their defaults, have changed")
    }
    compare("seeds", \.seeds) { $0.map(String.init).joined(separator: " ") }
    compare("rounds", \.rounds) { String($0) }
    compare("budget", \.budget) { $0?.description ?? "none" }
    compare("batch size", \.batchSize) { String($0) }
    compare("metrics", \.metrics) { $0.map(\.label).joined(separator: ",") }
    compare("features", \.features) { $0?.label ?? "none" }
    compare("primary values", \.primary) { $0.joined(separator: " ") }
    compare("samples per evaluation", \.sampleCount) { String($0) }
    compare("evaluations", \.evaluationCount) { String($0) }
    compare("data folder", \.dataFolder) { $0 ?? "none" }
    return lines
  }
}

/// One run of a study: a variant with a seed.
public struct Trial: Sendable, Hashable {
  /// Which of the study's variants.
  public let variantIndex: Int
  /// The variant.
  public let variant: Variant
  /// The seed of everything random in it. Trials of one seed share initial values, data order and latent vectors.
  public let seed: UInt64
}
