import Foundation
import Rival

/// What one metric gave: its values, or why there are none.
struct MetricResult {
  let metric: any Metric
  let outcome: Result<[MetricValue], any Error>
  let seconds: Double

  /// Runs `metric`.
  init(of metric: any Metric, _ samples: SampleSet, against reference: SampleSet, repeats: Int, key: Key) {
    let start = ContinuousClock.now
    self.metric = metric
    outcome = Result { try metric.measured(samples, against: reference, repeats: repeats, key: key) }
    seconds = (ContinuousClock.now - start) / .seconds(1)
  }

  /// The values; none where the metric failed.
  var values: [MetricValue] { (try? outcome.get()) ?? [] }

  /// Why there are no values.
  var reason: String? {
    if case .failure(let error) = outcome { return Console.text(of: error) }
    return nil
  }

  /// A value's name, with the metric's fields where they are not the defaults; of a file its last name.
  func title(_ value: MetricValue) -> String {
    var fields = String(ComponentFields.summary(of: metric).dropFirst(metric.name.count))
    if let path = file, let name = path.split(separator: "/").last { fields = fields.replacing("file: \(path)", with: "file: \(name)") }
    return value.name + fields
  }

  /// The file that the metric reads, if it reads one.
  private var file: String? {
    if case .string(let path) = try? ComponentFields.fields(of: metric)["file"], !path.isEmpty { return path }
    return nil
  }

  /// The values for machines.
  var documents: [JSONValue] {
    values.map { value in
      .object([
        "name": .string(value.name), "metric": .string(ComponentFields.specification(of: metric)), "value": .finite(value.value),
        "standardError": value.standardError.map { .finite($0) } ?? .null, "goal": .string(value.goal.rawValue),
        "null": value.null.map(Self.document) ?? .null,
        "worseThanNull": value.isWorseThanNull.map { .bool($0) } ?? .null,
      ])
    }
  }

  private static func document(_ null: NullBand) -> JSONValue {
    .object([
      "mean": .finite(null.mean), "lower": .finite(null.lower), "upper": .finite(null.upper), "samples": .count(null.sampleCount),
      "reference": .count(null.referenceCount), "repeats": null.repeats.map { .count($0) } ?? .null,
      "comparable": null.comparable.map { .finite($0) } ?? .null,
    ])
  }
}

extension MetricValue {
  /// Whether the value is beyond the null band on its better side; `nil` without a band, and where both sides are bad.
  var isBetterThanNull: Bool? {
    guard let null else { return nil }
    switch goal {
    case .lower: return (null.comparable ?? value) < null.lower
    case .higher: return (null.comparable ?? value) > null.upper
    case .null: return nil
    }
  }
}
