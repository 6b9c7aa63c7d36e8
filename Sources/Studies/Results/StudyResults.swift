import Adversarial
import Metrics

/// Everything that a study found: what `results.json` holds.
public struct StudyResults: Codable, Sendable, Equatable {
  /// What was asked.
  public var specification: StudySpecification
  /// The label of the variant that differences are taken to.
  public var reference: String
  /// What is compared, in the order of the study's metrics, each with what real samples give in place of generated ones.
  public var measures: [Measure]
  /// Whether generated samples were compared with real ones that training did not see.
  public var hasHeldOut: Bool
  /// How many real samples they were compared with.
  public var referenceCount: Int
  /// What the features have to say beside the numbers that are made of them; `nil` for nothing.
  public var featuresRemark: String?
  /// How alike runs of one seed are, an entry a measure; empty with a single variant or seed.
  public var pairings: [Pairing]
  /// How many comparisons decide: those of all measures that do, of all variants and steps of ablations, for which Holm's correction is made.
  public var comparisons: Int
  /// What the parts of variants do, of ablations; `nil` where the study has none, or a single seed.
  public var attributions: [Attribution]?
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
  ///
  /// - Parameters:
  ///   - nulls: the measures with their nulls; measures that only trials have follow them.
  ///   - hasHeldOut: whether the reference was held out from training.
  ///   - referenceCount: the samples of the reference.
  ///   - featuresRemark: what the features have to say beside the numbers.
  public init(
    _ specification: StudySpecification, outcomes: [TrialOutcome], nulls: [Measure] = [], hasHeldOut: Bool = true, referenceCount: Int = 0,
    featuresRemark: String? = nil
  ) {
    let trials = specification.trials
    precondition(outcomes.count == trials.count, "a study of \(trials.count) trials has as many outcomes")
    self.specification = specification
    self.hasHeldOut = hasHeldOut
    self.referenceCount = referenceCount
    self.featuresRemark = featuresRemark
    let measures = Self.measures(specification, outcomes, nulls)
    self.measures = measures
    reference = specification.variants[specification.referenceIndex].label
    self.trials = zip(trials, outcomes).map { TrialReport($0, $1) }
    let seeds = specification.seeds.count
    let groups = specification.variants.indices.map { Array(outcomes[($0 * seeds)..<(($0 + 1) * seeds)]) }
    (pairings, comparisons) = ([], 0)
    variants = zip(specification.variants, groups).map { VariantSummary($0, outcomes: $1, measures: measures) }
    compare(
      with: specification.referenceIndex,
      scores: groups.map { group in measures.map { measure in group.map { $0.score(measure) } } })
  }

  /// Summarizes outcomes, and what `evaluator` makes of real samples.
  ///
  /// - Throws: what ``Evaluator/nulls()`` throws.
  public init(_ specification: StudySpecification, outcomes: [TrialOutcome], evaluator: Evaluator) throws {
    self.init(
      specification, outcomes: outcomes, nulls: try evaluator.nulls(), hasHeldOut: evaluator.hasHeldOut,
      referenceCount: evaluator.reference.count, featuresRemark: evaluator.featuresRemark)
  }

  /// All measures, in the order of the study's metrics; those of the first metric are primary where the study names none that there is.
  private static func measures(_ specification: StudySpecification, _ outcomes: [TrialOutcome], _ nulls: [Measure]) -> [Measure] {
    var measures = nulls
    for measure in outcomes.flatMap({ $0.result?.measures ?? [] }) where !measures.contains(where: { $0.name == measure.name }) {
      measures.append(measure)
    }
    let places = Dictionary(uniqueKeysWithValues: specification.metrics.enumerated().map { ($0.element.label, $0.offset) })
    let order = measures.indices.sorted { (places[measures[$0].metric] ?? .max, $0) < (places[measures[$1].metric] ?? .max, $1) }
    measures = order.map { measures[$0] }
    measures.chooseDeciding()
    return measures
  }

  /// Fills in how each variant differs from the reference; `scores` are a list a variant of a list a measure of one a seed.
  private mutating func compare(with referenceIndex: Int, scores: [[[Double]]]) {
    let others = variants.indices.filter { $0 != referenceIndex }
    guard specification.seeds.count > 1, !others.isEmpty else { return }
    comparisons = specification.comparisonCount(deciding: measures.count(where: \.isPrimary))
    pairings = measures.indices.map { place in
      Pairing(
        measures[place], others.map { scores[$0][place] }, reference: scores[referenceIndex][place], comparisons: comparisons)
    }
    var deciding: [(variant: Int, place: Int, p: Double)] = []
    for index in others {
      for (place, measure) in measures.enumerated() {
        let difference = Difference(
          scores[index][place], reference: scores[referenceIndex][place], goal: measure.goal, test: pairings[place].test)
        variants[index].measures[place].difference = difference
        if measure.isPrimary, let p = difference?.pValue { deciding.append((index, place, p)) }
      }
    }
    let removals = specification.removals
    var attributions = removals.map {
      Attribution($0, specification, measures: measures, scores: scores, tests: pairings.map(\.test))
    }
    var steps: [(attribution: Int, place: Int, p: Double)] = []
    for (index, removal) in removals.enumerated() where removal.isTested(reference: referenceIndex) {
      for (place, measure) in measures.enumerated() where measure.isPrimary {
        if let p = attributions[index].tested(place)?.pValue { steps.append((index, place, p)) }
      }
    }
    let corrected = Statistics.holm(deciding.map(\.p) + steps.map(\.p))
    for (entry, corrected) in zip(deciding, corrected) {
      variants[entry.variant].measures[entry.place].difference?.correct(corrected, comparisons: comparisons)
    }
    for (entry, corrected) in zip(steps, corrected.dropFirst(deciding.count)) {
      attributions[entry.attribution].correct(entry.place, corrected, comparisons: comparisons)
    }
    // What is removed from the reference was compared with it already.
    for (index, removal) in removals.enumerated() where !removal.isTested(reference: referenceIndex) {
      for place in measures.indices {
        attributions[index].measures[place].removal = variants[removal.remaining].measures[place].difference
      }
    }
    self.attributions = attributions.isEmpty ? nil : attributions
  }
}

extension TrialOutcome {
  /// What the trial counts with where nothing is dropped, more is better: NaN, the worst, where it failed, diverged or has no value.
  fileprivate func score(_ measure: Measure) -> Double {
    guard let result, result.verdict == nil, let final = result.evaluations.last else { return .nan }
    return final[measure.name].map(measure.score) ?? .nan
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
  init(_ variant: Variant, outcomes: [TrialOutcome], measures: [Measure]) {
    self.variant = variant
    let results = outcomes.compactMap(\.result)
    completed = results.count { $0.verdict == nil }
    diverged = results.count - completed
    failed = outcomes.count { if case .failed = $0 { true } else { false } }
    let finals = outcomes.map { $0.result?.evaluations.last }
    let times = results.compactMap(\.secondsPerRound)
    millisecondsPerRound = times.isEmpty ? nil : Statistics.mean(times) * 1000
    self.measures = measures.map { measure in
      MeasureSummary(measure, values: finals.map { $0?[measure.name] }, scores: outcomes.map { $0.score(measure) })
    }
  }
}
