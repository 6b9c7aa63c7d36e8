import Components
import Tensors

extension Metric {
  /// Compares `samples` with `reference`, and real with real beside it.
  ///
  /// Values that come with a null of their own keep it. For the others `reference` is split at random, `repeats` times: one part plays the
  /// generated samples, the rest is the reference. Where that means smaller sets than the given ones, the metric is computed from sets of
  /// those sizes too (``NullBand/comparable``), because most metrics depend on the number of samples.
  ///
  /// - Parameters:
  ///   - repeats: splits; at least 2 for a band, 0 for none; 39 by default, with which 5 % of real samples fall outside.
  ///   - key: of everything random.
  /// - Throws: ``MetricError``.
  public func measured(_ samples: SampleSet, against reference: SampleSet, repeats: Int = NullBand.usualRepeats, key: Key) throws
    -> [MetricValue]
  {
    guard samples.dimension == reference.dimension else {
      throw MetricError(
        "the samples have \(samples.dimension) numbers each, the reference \(reference.dimension); both must be of one shape")
    }
    if let obstacle = requirements.obstacle(in: reference) { throw MetricError("\(name): \(obstacle)") }
    guard samples.discarded == 0 || requirements.countsDiscarded else { throw MetricError.notFinite(samples) }
    var values = try measure(samples, against: reference, key: key.derived("value"))
    guard repeats >= 2, values.contains(where: { $0.null == nil }), reference.count >= 4 else { return values }
    let part = min(samples.count, reference.count / 2)
    let rest = min(reference.count - part, max(part, reference.count - part))
    var nulls = [[Double]](repeating: [], count: values.count)
    var comparable = nulls
    for repetition in 0..<repeats {
      let key = key.derived("null").derived(repetition)
      let order = RandomOrder.permutation(of: reference.count, key: key.derived("reference"))
      let played = reference.selecting(order.prefix(part))
      let against = reference.selecting(order.dropFirst(part).prefix(rest))
      let subset = samples.selecting(RandomOrder.permutation(of: samples.count, key: key.derived("samples")).prefix(part))
      let (null, own): ([MetricValue], [MetricValue])
      do {
        null = try measure(played, against: against, key: key.derived("value"))
        own = try measure(subset, against: against, key: key.derived("value"))
      } catch let error as MetricError {
        throw MetricError(
          "\(name): the real samples do not suffice for a null of \(part) against \(rest): \(error); give more of them, or do without (0 "
            + "repeats)")
      }
      for index in values.indices {
        nulls[index].append(null[index].value)
        comparable[index].append(own[index].value)
      }
    }
    for index in values.indices where values[index].null == nil {
      var band = NullBand(values: nulls[index], sampleCount: part, referenceCount: rest)
      if part < samples.count || rest < reference.count { band.comparable = Statistics.mean(comparable[index]) }
      values[index].null = band
    }
    return values
  }
}

extension MetricError {
  /// Samples that are not finite were left out, and the metric cannot count them.
  static func notFinite(_ samples: SampleSet) -> MetricError {
    MetricError("\(samples.discarded) of \(samples.discarded + samples.count) samples have a number that is not finite")
  }
}
