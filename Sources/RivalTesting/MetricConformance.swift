import Adversarial
import Components
import Metrics
import Rival
import Tensors

/// What every metric must satisfy: its values repeat, have names of their own, rank better samples before worse ones, and can be shown.
///
/// ```swift
/// #expect(try MetricConformance.check(MyMetric()).isEmpty)
/// ```
public enum MetricConformance {
  /// Checks a metric on draws of normal distributions, of the kind that its requirements ask for: with their one mode known, or as images.
  ///
  /// - Parameters:
  ///   - count: samples in a set.
  ///   - dimension: of a sample; less where the metric takes less.
  ///   - shift: how far the worse samples are off in each dimension, in standard deviations.
  /// - Returns: the violations, one sentence each; empty for a metric that conforms.
  /// - Throws: what the metric throws.
  public static func check(_ metric: any Metric, count: Int = 400, dimension: Int = 2, shift: Float = 1) throws -> [String] {
    var violations = try ComponentConformance.check(metric)
    let needs = metric.requirements
    let dimension = min(dimension, needs.maximumDimension ?? dimension)
    let shape = needs.images ? [1, dimension, 1] : [dimension]
    let modes = needs.modes ? ModeDescription(centers: [[Float](repeating: 0, count: dimension)], standardDeviation: 1) : nil
    func draw(_ name: String, shift: Float = 0) throws -> SampleSet {
      let values = try randomNormal([count * dimension], key: Key(seed: 11).derived(name)).scalars()
      return try SampleSet(values.map { $0 + shift }, shape: shape, modes: modes)
    }
    let (real, good, bad) = try (draw("real"), draw("good"), draw("bad", shift: shift))
    if let obstacle = needs.obstacle(in: real) { return violations + ["it cannot be checked: \(obstacle)"] }
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
    for value in values { violations += check(value) }
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
    if needs.countsDiscarded { violations += try checkDiscarded(metric, good, against: real, values, key: key) }
    return violations
  }

  /// A value of real against real by itself: finite, and within what its description says of it.
  private static func check(_ value: MetricValue) -> [String] {
    var violations: [String] = []
    if !value.value.isFinite { violations.append("'\(value.name)' of real against real is \(value.value)") }
    if let error = value.standardError, !(error >= 0) { violations.append("'\(value.name)' has the standard error \(error)") }
    let display = value.display
    if display.title.allSatisfy(\.isWhitespace) { violations.append("'\(value.name)' has no title to be shown under") }
    if let digits = display.digits, !(0...15).contains(digits) { violations.append("'\(value.name)' is shown with \(digits) decimals") }
    switch display.unit {
    case .percent where !(0...1).contains(value.value):
      violations.append("'\(value.name)' is shown as a share in percent, but is \(value.value); shares are from 0 to 1")
    case .count where value.value != value.value.rounded():
      violations.append("'\(value.name)' is shown as a count, but is \(value.value)")
    default: break
    }
    if let best = display.best, value.goal == .higher ? value.value > best : value.goal == .lower && value.value < best {
      violations.append("'\(value.name)' is \(value.value), better than the best there can be, \(best)")
    }
    return violations
  }

  /// Samples that are not finite must not make anything better.
  private static func checkDiscarded(
    _ metric: any Metric, _ good: SampleSet, against real: SampleSet, _ values: [MetricValue], key: Key
  ) throws -> [String] {
    let half = good.count / 2 * good.dimension
    let broken = try SampleSet(
      discardingNonFinite: good.values.enumerated().map { $0.offset < half ? .nan : $0.element }, shape: good.shape, modes: good.modes)
    let found = try metric.measure(broken, against: real, key: key)
    return zip(values, found).compactMap { whole, part in
      whole.goal == .higher && part.value > whole.value
        ? "'\(whole.name)' is better, \(part.value) after \(whole.value), where half of the samples are not finite" : nil
    }
  }
}
