import Adversarial
import Metrics

/// Everything that a study found: what `results.json` holds.
public struct StudyResults: Codable, Sendable, Equatable {
  /// What was asked.
  public var specification: StudySpecification
  /// The label of the variant that differences are taken to.
  public var reference: String
  /// How many modes the data has, where it has any.
  public var modeCount: Int?
  /// What as many real samples score; `nil` where nothing can be measured.
  public var realScore: Evaluation?
  /// One entry a variant, in order.
  public var variants: [VariantSummary]
  /// One entry a trial: every seed of the first variant, then of the second, and so on.
  public var trials: [TrialReport]

  /// How one trial ended, with its measures.
  public struct TrialReport: Codable, Sendable, Equatable {
    /// The variant's label.
    public var variant: String
    /// The seed.
    public var seed: UInt64
    /// How it ended.
    public var status: Status
    /// Why, where it did not complete.
    public var reason: String?
    /// How many rounds it played; `nil` where it failed.
    public var step: Int?
    /// What was measured at its end; `nil` where it failed.
    public var final: Evaluation?
    /// What was measured on the way; empty where it failed.
    public var evaluations: [Evaluation]
    /// The mean time of a round in milliseconds; `nil` where it failed.
    public var millisecondsPerRound: Double?

    /// How a trial ended.
    public enum Status: String, Codable, Sendable {
      case completed, diverged, failed, unfinished
    }
  }

  /// Summarizes outcomes, which stand in the order of ``StudySpecification/trials``.
  public init(
    _ specification: StudySpecification, outcomes: [TrialOutcome], modeCount: Int? = nil, realScore: Evaluation? = nil
  ) {
    let trials = specification.trials
    precondition(outcomes.count == trials.count, "a study of \(trials.count) trials has as many outcomes")
    self.specification = specification
    self.modeCount = modeCount
    self.realScore = realScore
    reference = specification.variants[specification.referenceIndex].label
    self.trials = zip(trials, outcomes).map { TrialReport($0, $1) }
    let seeds = specification.seeds.count
    let groups = specification.variants.indices.map { Array(outcomes[($0 * seeds)..<(($0 + 1) * seeds)]) }
    let measures = Measure.allCases.filter { measure in
      outcomes.contains { $0.result?.evaluations.contains { measure.value(of: $0) != nil } ?? false }
    }
    variants = zip(specification.variants, groups).map {
      VariantSummary($0, outcomes: $1, measures: measures, modeCount: modeCount)
    }
    addDifferences(to: specification.referenceIndex)
    addImprovements(
      over: specification.referenceIndex,
      scores: groups.map { group in measures.map { measure in group.map { $0.score(measure) } } })
  }

  /// Summarizes outcomes on data of which `samples` are opened: its modes are counted, and real samples measured.
  public init(_ specification: StudySpecification, outcomes: [TrialOutcome], samples: any Samples) {
    let score = Evaluator.realScore(samples, sampleCount: specification.sampleCount)
    let isMeasured = Measure.allCases.contains { $0.value(of: score) != nil }
    self.init(
      specification, outcomes: outcomes, modeCount: samples.modes?.centers.count, realScore: isMeasured ? score : nil)
  }

  /// Fills in each variant's differences to the reference, and corrects their p-values for being several.
  private mutating func addDifferences(to referenceIndex: Int) {
    let reference = variants[referenceIndex]
    for place in reference.measures.indices {
      var corrected: [(variant: Int, p: Double)] = []
      for index in variants.indices where index != referenceIndex {
        let difference = PairedDifference(
          variants[index].measures[place].values, reference: reference.measures[place].values)
        variants[index].measures[place].difference = difference
        if let p = difference?.pValue { corrected.append((index, p)) }
      }
      for (entry, p) in zip(corrected, Statistics.holm(corrected.map(\.p))) {
        variants[entry.variant].measures[place].difference?.holmPValue = p
      }
    }
  }
}

extension StudyResults {
  /// Fills in how probably each variant is better than the reference; `scores` are a list a variant of a list a measure of one a seed.
  private mutating func addImprovements(over referenceIndex: Int, scores: [[[Double]]]) {
    for index in variants.indices where index != referenceIndex {
      for place in variants[index].measures.indices {
        variants[index].measures[place].improvement = Improvement(
          scores[index][place], reference: scores[referenceIndex][place],
          isBetterHigher: variants[index].measures[place].measure.isBetterHigher)
      }
    }
  }
}

extension TrialOutcome {
  /// What the trial counts with where nothing is dropped: NaN, the worst, where it failed, diverged or has no value.
  fileprivate func score(_ measure: Measure) -> Double {
    guard let result, result.verdict == nil, let final = result.evaluations.last else { return .nan }
    return measure.value(of: final) ?? .nan
  }
}

extension StudyResults.TrialReport {
  init(_ trial: Trial, _ outcome: TrialOutcome) {
    variant = trial.variant.label
    seed = trial.seed
    evaluations = []
    switch outcome {
    case .finished(let result):
      status = result.verdict == nil ? .completed : .diverged
      reason = result.verdict?.description
      step = result.step
      final = result.evaluations.last
      evaluations = result.evaluations
      millisecondsPerRound = result.secondsPerRound.map { $0 * 1000 }
    case .failed(let reason):
      status = .failed
      self.reason = reason
    case .unfinished: status = .unfinished
    }
  }
}

extension VariantSummary {
  init(_ variant: Variant, outcomes: [TrialOutcome], measures: [Measure], modeCount: Int?) {
    self.variant = variant
    let results = outcomes.compactMap(\.result)
    completed = results.count { $0.verdict == nil }
    diverged = results.count - completed
    failed = outcomes.count { if case .failed = $0 { true } else { false } }
    let finals = outcomes.map { $0.result?.evaluations.last }
    seedsWithAllModes = modeCount.map { modes in finals.count { $0?.coveredModes == modes } }
    let times = results.compactMap(\.secondsPerRound)
    millisecondsPerRound = times.isEmpty ? nil : Statistics.mean(times) * 1000
    self.measures = measures.map { measure in
      MeasureSummary(
        measure, values: finals.map { $0.flatMap(measure.value) }, scores: outcomes.map { $0.score(measure) })
    }
  }
}
