import Components
import Metrics
import Networks
import Rival
import Tensors

/// What every metric must satisfy: its values repeat, have names of their own, and rank better samples before worse ones.
///
/// ```swift
/// #expect(try MetricConformance.check(MyMetric()).isEmpty)
/// ```
public enum MetricConformance {
  /// Checks a metric on draws of normal distributions.
  ///
  /// - Parameters:
  ///   - count: samples in a set.
  ///   - dimension: of a sample.
  ///   - shift: how far the worse samples are off in each dimension, in standard deviations.
  /// - Returns: the violations, one sentence each; empty for a metric that conforms.
  /// - Throws: what the metric throws.
  public static func check(_ metric: any Metric, count: Int = 400, dimension: Int = 2, shift: Float = 1) throws -> [String] {
    var violations = try ComponentConformance.check(metric)
    func draw(_ name: String, shift: Float = 0) throws -> SampleSet {
      let values = try randomNormal([count * dimension], key: Key(seed: 11).derived(name)).scalars()
      return try SampleSet(values.map { $0 + shift }, dimension: dimension)
    }
    let (real, good, bad) = try (draw("real"), draw("good"), draw("bad", shift: shift))
    let key = Key(seed: 3)
    let values = try metric.measure(good, against: real, key: key)
    let again = try metric.measure(good, against: real, key: key)
    let worse = try metric.measure(bad, against: real, key: key)
    if values.isEmpty { violations.append("it has no values") }
    if Set(values.map(\.name)).count != values.count { violations.append("two of its values have one name") }
    if values.map(\.name) != worse.map(\.name) { violations.append("its values have other names for other samples") }
    for (first, second) in zip(values, again) where first.value.bitPattern != second.value.bitPattern {
      violations.append("'\(first.name)' differs in a second call with the same key; take random numbers from the key")
    }
    for value in values {
      if !value.value.isFinite { violations.append("'\(value.name)' of real against real is \(value.value)") }
      if let error = value.standardError, !(error >= 0) { violations.append("'\(value.name)' has the standard error \(error)") }
    }
    for (first, second) in zip(values, worse) {
      switch first.goal {
      case .lower where second.value < first.value:
        violations.append(
          "'\(first.name)' says smaller is better, but samples that are \(shift) off have \(second.value) after \(first.value)")
      case .higher where second.value > first.value + 0.1 * abs(first.value):
        violations.append(
          "'\(first.name)' says larger is better, but samples that are \(shift) off have \(second.value) after \(first.value)")
      default: break
      }
    }
    return violations
  }
}
