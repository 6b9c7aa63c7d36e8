import Foundation
import Rival

/// Measures the generator while it trains: as samples are drawn from it (its averaged weights, where the composition keeps some), against data
/// that training does not see, and beside what real samples score.
///
/// Training does not depend on it. What was measured lies in `measures.json`, and as a table in `measures.csv`; a resumed run goes on with both.
final class TrainingMeasures {
  /// Everything that was measured, with what it was measured by.
  private struct Record: Codable {
    var plan: StudySpecification
    var measures: [Measure]
    var evaluations: [Evaluation]
  }

  private let evaluator: Evaluator
  private let options: MeasurementOptions
  private let folder: String
  private var record: Record

  /// Prepares for measuring in the run's folder; `nil` where the options ask for nothing.
  ///
  /// - Parameter standard: the problem's plan, which the options change.
  /// - Throws: ``CommandFailure`` or `StudyError` where nothing of the kind can be measured, or `measures.json` cannot be read.
  init?(_ options: MeasurementOptions, _ trainer: Trainer, standard: EvaluationPlan, in folder: String, _ registry: Registry) throws {
    guard options.measureEvery > 0 else { return nil }
    self.options = options
    self.folder = folder
    let stored = try Self.read(folder + "/measures.json")
    let plan: StudySpecification
    if let stored, options.metrics.metric.isEmpty, options.metrics.features == nil, options.samples == nil {
      plan = stored.plan
    } else {
      plan = try StudySpecification(
        problem: "", variants: [.baseline], seeds: [trainer.seed], rounds: 1, batchSize: trainer.batchSize,
        plan: options.plan(standard, registry))
    }
    evaluator = try Evaluator(plan, samples: trainer.samples, registry: registry)
    if !evaluator.hasHeldOut {
      Console.warn("the data keeps no samples back, so that generated samples are compared with training samples")
    }
    if let stored, stored.plan == plan {
      record = stored
    } else {
      var measures = try evaluator.nulls()
      measures.chooseDeciding()
      record = Record(plan: plan, measures: measures, evaluations: [])
    }
    record.evaluations.removeAll { $0.step > trainer.step }
  }

  private static func read(_ path: String) throws -> Record? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    do {
      return try JSONDecoder().decode(Record.self, from: data)
    } catch {
      throw CommandFailure("\(path) cannot be read as the measures of a run; move it away, and measuring begins anew")
    }
  }

  /// Whether a round is one after which the generator is measured.
  func isDue(_ step: Int) -> Bool { step.isMultiple(of: cadence) }

  /// Rounds between two measurements.
  var cadence: Int { options.measureEvery }

  /// Measures the generator as it stands, unless it was measured at this step already, and writes both files.
  func measure(_ trainer: Trainer) throws {
    guard record.evaluations.last?.step != trainer.step else { return }
    let samples = try trainer.sample(record.plan.sampleCount).scalars()
    let found = try evaluator.evaluate(samples, step: trainer.step)
    record.evaluations.append(found.evaluation)
    for measure in found.measures where !record.measures.contains(where: { $0.name == measure.name }) { record.measures.append(measure) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try write(encoder.encode(record), to: "measures.json")
    try write(Data(table.utf8), to: "measures.csv")
  }

  private func write(_ data: Data, to name: String) throws {
    do {
      try data.write(to: URL(fileURLWithPath: folder + "/" + name), options: .atomic)
    } catch {
      throw CommandFailure("\(folder)/\(name) cannot be written (\(error.localizedDescription)); check the folder and the free space")
    }
  }

  /// Both files.
  var files: [String] { record.evaluations.isEmpty ? [] : ["measures.csv", "measures.json"].map { folder + "/" + $0 } }

  private var table: String {
    let names = record.measures.map(\.name)
    let rows = record.evaluations.map { evaluation in
      ([String(evaluation.step)] + names.map { name in evaluation[name].map { "\($0)" } ?? "nan" }).joined(separator: ",")
    }
    let titles = names.map { $0.contains(",") ? "\"\($0)\"" : $0 }
    return ((["step"] + titles).joined(separator: ",") + "\n") + rows.map { $0 + "\n" }.joined()
  }

  /// The names of the values.
  var names: [String] { record.measures.map(\.name) }

  /// The value of that name, where it was measured at this step.
  func value(_ name: String, at step: Int) -> Double? { record.evaluations.last { $0.step == step }?[name] }

  /// The measure that decides: the first of those that do.
  private var deciding: Measure? { record.measures.first(where: \.isPrimary) ?? record.measures.first }

  /// The evaluation with the best deciding value, the first of equal ones.
  private var best: Evaluation? {
    guard let measure = deciding else { return nil }
    let known = record.evaluations.filter { $0[measure.name] != nil }
    func score(_ evaluation: Evaluation) -> Double { evaluation[measure.name].map(measure.score) ?? -.infinity }
    guard let top = known.map(score).max() else { return nil }
    return known.first { score($0) == top }
  }

  /// Whether so many measurements have passed since the best one that the run is to end.
  var isExhausted: Bool {
    guard options.stopAfter > 0, let best else { return false }
    return record.evaluations.count { $0.step > best.step } >= options.stopAfter
  }

  /// A line for each measure that decides: `Fréchet distance 7.80 (real data 2.00 [1.91, 2.12]); best 7.10 at step 500`.
  var lines: [String] {
    record.measures.filter { $0.isPrimary }.compactMap { measure in
      guard let value = record.evaluations.last?[measure.name] else { return nil }
      let scale = measure.display.scale
      let unit = measure.display.unit == .percent ? " %" : ""
      func text(_ value: Double) -> String { NumberText.significant(value * scale, digits: 3) }
      var line = "\(measure.display.title) \(text(value))\(unit)"
      if let null = measure.null { line += " (real data \(text(null.mean)) [\(text(null.lower)), \(text(null.upper))])" }
      if measure == deciding, let best, let top = best[measure.name], best.step != record.evaluations.last?.step {
        line += "; best \(text(top))\(unit) at step \(best.step)"
      }
      return line
    }
  }

  /// The same for machines.
  var document: JSONValue {
    get throws {
      .object([
        "measures": try JSONValue(encoding: record.measures), "evaluations": try JSONValue(encoding: record.evaluations),
        "best": best.map { .count($0.step) } ?? .null, "stoppedEarly": .bool(isExhausted),
      ])
    }
  }
}
