import Adversarial
import Components
import Metrics
import Tensors

/// Measures samples by a study's metrics against real ones that training does not see.
///
/// The real samples are the data's held-out ones, at most as many as are drawn of the generator: the same in every trial. Where the data keeps none
/// back they are training samples; ``hasHeldOut`` tells.
public struct Evaluator: Sendable {
  /// How many draws of real samples make a null.
  public static let nullDraws = NullBand.usualRepeats

  /// Whether the reference is held out from training.
  public let hasHeldOut: Bool
  /// The real samples that everything is compared with.
  public let reference: SampleSet
  /// What the features have to say beside the numbers that are made of them; `nil` for nothing.
  public var featuresRemark: String? { extractor?.remark }

  let samples: any Samples
  private let sampleCount: Int
  private let primary: [String]
  private let featuresLabel: String?
  private let metrics: [(label: String, metric: any Metric)]
  private let extractor: (any FeatureExtractor)?
  private let features: SampleSet

  /// Prepares for measuring as `study` says.
  ///
  /// - Throws: `ComponentError` where the registry lacks a component; ``StudyError`` where a metric or the features cannot be used with this
  ///   data; the message says what is missing.
  public init(_ study: StudySpecification, samples: any Samples, registry: Registry) throws {
    self.samples = samples.unaugmented
    sampleCount = study.sampleCount
    primary = study.primary
    featuresLabel = study.features?.label
    let heldOut = samples.heldOut
    hasHeldOut = heldOut != nil
    let source = heldOut ?? samples.unaugmented
    let count = min(study.sampleCount, source.count ?? .max)
    let reference = try SampleSet(source.drawn(count, key: Self.key("held-out")), shape: samples.sampleShape, modes: samples.modes)
    self.reference = reference
    metrics = try study.metrics.map { entry in
      guard let metric = try registry.component(entry.component) as? any Metric else {
        throw StudyError("'\(entry.label)' is no metric; name one, such as energy-distance")
      }
      return (entry.label, metric)
    }
    let extractor = try study.features.map { entry -> any FeatureExtractor in
      guard let choice = try registry.component(entry.component) as? any FeatureChoice else {
        throw StudyError("'\(entry.label)' is no kind of features; name one, such as principal-components")
      }
      if let obstacle = choice.requirements.obstacle(in: reference) { throw StudyError("\(entry.label): \(obstacle)") }
      return try choice.extractor(fittedTo: reference)
    }
    let features = try extractor.map { try reference.mapped(by: $0) } ?? reference
    (self.extractor, self.features) = (extractor, features)
    for (label, metric) in metrics {
      let seen = metric.requirements.originals ? reference : features
      if let obstacle = metric.requirements.obstacle(in: seen) { throw StudyError("\(label): \(obstacle)") }
    }
  }

  /// Measures `values`, whole samples in row-major order, drawn after `step` rounds.
  ///
  /// - Returns: the values, and the measures that they are values of. A metric that cannot be computed is a failure, not an error.
  public func evaluate(_ values: [Float], step: Int) throws -> (evaluation: Evaluation, measures: [Measure]) {
    let originals = try SampleSet(discardingNonFinite: values, shape: reference.shape, modes: reference.modes)
    let mapped = Result {
      guard let extractor, originals.count > 0 else { return originals }
      return try originals.mapped(by: extractor)
    }
    var evaluation = Evaluation(step: step, values: [])
    var measures: [Measure] = []
    for (label, metric) in metrics {
      do {
        let found = try measured(metric, label, originals, mapped)
        for value in found {
          let name = Self.name(of: value, metric: metric, label, among: measures)
          evaluation.values.append(Evaluation.Value(name, value.value))
          measures.append(
            Measure(
              name: name, metric: label, features: metric.requirements.originals ? nil : featuresLabel, goal: value.goal,
              display: value.display, isPrimary: primary.contains(value.name)))
        }
      } catch {
        evaluation.failures.append(Evaluation.Failure(metric: label, reason: "\(error)"))
      }
    }
    return (evaluation, measures)
  }

  private func measured(
    _ metric: any Metric, _ label: String, _ originals: SampleSet, _ mapped: Result<SampleSet, any Error>
  ) throws -> [MetricValue] {
    guard originals.discarded == 0 || metric.requirements.countsDiscarded else {
      throw MetricError("\(originals.discarded) of \(originals.discarded + originals.count) samples have a number that is not finite")
    }
    // One key a metric, in every trial and round: differences are not those of random directions or subsets.
    let key = Self.key("metric").derived(label)
    guard metric.requirements.originals else { return try metric.measure(mapped.get(), against: features, key: key) }
    return try metric.measure(originals, against: reference, key: key)
  }

  /// What training samples score in place of generated ones: several draws, as many samples each, against the same reference.
  ///
  /// - Returns: the measures, each with its null; without any where no metric can be computed.
  public func nulls() throws -> [Measure] {
    var measures: [Measure] = []
    var values: [String: [Double]] = [:]
    for draw in 0..<Self.nullDraws {
      let real = samples.drawn(sampleCount, index: draw, key: Self.key("real-score"))
      let found = try evaluate(real, step: 0)
      if measures.isEmpty { measures = found.measures }
      for value in found.evaluation.values { values[value.name, default: []].append(value.value ?? .nan) }
    }
    for index in measures.indices {
      let known = (values[measures[index].name] ?? []).filter(\.isFinite)
      guard known.count > 1 else { continue }
      measures[index].null = NullBand(values: known, sampleCount: sampleCount, referenceCount: reference.count)
    }
    return measures
  }

  /// How many values decide which variant is better, and the names of all, found by measuring real samples once.
  ///
  /// Where the study names none of them, those of the first metric decide.
  public func decidingValues() throws -> (count: Int, all: [String]) {
    var measures = try evaluate(samples.drawn(sampleCount, key: Self.key("real-score")), step: 0).measures
    measures.chooseDeciding()
    return (measures.count(where: \.isPrimary), measures.map(\.name))
  }

  /// The value's name with the metric's fields; with the metric's name in front where another metric's value has that name.
  private static func name(of value: MetricValue, metric: any Metric, _ label: String, among measures: [Measure]) -> String {
    let name = value.name + label.dropFirst(metric.name.count)
    return measures.contains { $0.name == name } ? "\(metric.name)/\(name)" : name
  }

  private static func key(_ stream: String) -> Key { Key(seed: 0).derived("study").derived(stream) }
}
