import Adversarial
import Components
import Metrics
import Networks
import Tensors

extension Observation {
  /// A metric's values of generated against real samples, held out where there are such, as readings with their nulls.
  ///
  /// - Parameter samples: of each kind; at most half of the real samples that there are is taken.
  /// - Throws: `DiagnosticsError` where samples are not finite, and what the metric throws.
  public func readings(of metric: any Metric, samples: Int) throws -> [Reading] {
    let pair = try SamplePair(self, count: samples)
    let key = key(metric.name)
    let values = try metric.measure(pair.generated, against: pair.real, key: key.derived("value"))
    let nulls = try nulls(of: metric, count: pair.real.count, key: key.derived("null"))
    return zip(values, nulls).map { Reading($0.name, $0.value, null: $1) }
  }

  /// What real against real gives for each value of `metric` at this sample size: six pairs of disjoint draws, made once in a run.
  private func nulls(of metric: any Metric, count: Int, key: Key) throws -> [NullInterval] {
    let numbers = try remembered("\(metric.name) null \(count)") {
      let draws = try (1...4).map { try SamplePair.real(self, count: count, part: $0) }
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
    return stride(from: 0, to: numbers.count, by: 3).map {
      NullInterval(mean: numbers[$0], lower: numbers[$0 + 1], upper: numbers[$0 + 2])
    }
  }
}
