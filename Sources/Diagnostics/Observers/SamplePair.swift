import Adversarial
import Components
import Metrics
import Networks
import Tensors

/// Generated and real samples of a run, the same number of each, as metrics take them.
struct SamplePair {
  let generated: SampleSet
  /// Held-out samples, or training samples where none are held out.
  let real: SampleSet
  /// - Throws: ``DiagnosticsError`` where the generator makes samples that are not finite.
  init(_ run: Observation, count: Int) throws {
    let dimension = run.samples.sampleShape.reduce(1, *)
    let split: Observation.Split = run.hasHeldOut ? .heldOut : .training
    let available = (run.hasHeldOut ? run.samples.heldOut?.count : run.samples.count) ?? .max
    let taken = min(count, max(1, available / 2))
    let fake = try run.generatedSamples(taken)
    guard fake.allSatisfy(\.isFinite) else {
      throw DiagnosticsError("the generator makes samples that are not finite; 'rival diagnose' names the first tensor that is not")
    }
    generated = try SampleSet(fake, dimension: dimension)
    real = try SampleSet(run.realSamples(taken, from: split, part: 0), dimension: dimension)
  }

  /// Real samples of one of several disjoint draws, as far as the data allows.
  static func real(_ run: Observation, count: Int, part: Int) throws -> SampleSet {
    try SampleSet(
      run.realSamples(count, from: run.hasHeldOut ? .heldOut : .training, part: part), dimension: run.samples.sampleShape.reduce(1, *))
  }

  /// The band that real against real gives for each value of `metric` at this sample size: six pairs of disjoint draws, made once in a run.
  static func nulls(_ run: Observation, of metric: any Metric, count: Int, key: Key) throws -> [(
    mean: Double, lower: Double, upper: Double
  )] {
    let numbers = try run.remembered("\(metric.name) null \(count)") {
      let draws = try (1...4).map { try real(run, count: count, part: $0) }
      var values: [[Double]] = []
      for first in 0..<3 {
        for second in (first + 1)..<4 {
          values.append(try metric.measure(draws[first], against: draws[second], key: key.derived(first * 4 + second)).map(\.value))
        }
      }
      return values[0].indices.flatMap { index in
        let band = NullBand(values: values.map { $0[index] }, sampleCount: count, referenceCount: count)
        return [band.mean, band.lower, band.upper]
      }
    }
    return stride(from: 0, to: numbers.count, by: 3).map { (numbers[$0], numbers[$0 + 1], numbers[$0 + 2]) }
  }

  /// A metric's values with their null bands as readings.
  static func readings(_ run: Observation, of metric: any Metric, samples: Int) throws -> [Reading] {
    let pair = try SamplePair(run, count: samples)
    let key = run.key(metric.name)
    let values = try metric.measure(pair.generated, against: pair.real, key: key.derived("value"))
    let nulls = try nulls(run, of: metric, count: pair.real.count, key: key.derived("null"))
    return zip(values, nulls).flatMap { value, null in
      [
        Reading(value.name, value.value), Reading("\(value.name).null.mean", null.mean),
        Reading("\(value.name).null.lower", null.lower), Reading("\(value.name).null.upper", null.upper),
      ]
    }
  }
}
