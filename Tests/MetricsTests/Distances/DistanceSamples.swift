import Foundation
import Metrics
import Tensors

/// Samples that Tests/Reference/metrics_distances.py makes too, bit by bit.
struct CongruentialGenerator {
  var state: UInt64

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) * 0x1p-24
  }

  static func values(_ count: Int, seed: UInt64, scale: Float, shift: Float) -> [Float] {
    var generator = CongruentialGenerator(state: seed)
    return (0..<count).map { _ in
      let scaled = generator.next() * scale
      return scaled + shift
    }
  }
}

enum DistanceSamples {
  /// The sets of the reference script: name, dimension, samples, reference samples.
  static let sets: [(name: String, dimension: Int, count: Int, referenceCount: Int)] = [
    ("line", 1, 40, 30), ("space", 3, 60, 50), ("wide", 40, 24, 30),
  ]

  static func pair(_ name: String) throws -> (SampleSet, SampleSet) {
    guard let set = sets.first(where: { $0.name == name }) else { throw MetricError("no set \(name)") }
    let first = CongruentialGenerator.values(set.count * set.dimension, seed: 1, scale: 2, shift: -1)
    let second = CongruentialGenerator.values(set.referenceCount * set.dimension, seed: 2, scale: 1.5, shift: -0.25)
    return (try SampleSet(first, dimension: set.dimension), try SampleSet(second, dimension: set.dimension))
  }

  /// Independent normal numbers with one deviation, every sample moved by `shift`.
  static func normal(_ count: Int, dimension: Int, shift: Double = 0, deviation: Double = 1, key: Key) throws -> SampleSet {
    let values = RandomOrder.normal(count: count * dimension, key: key)
    return try SampleSet(values.map { Float(shift + deviation * $0) }, dimension: dimension)
  }

  /// The numbers Φ⁻¹((i + place)/n), by bisection.
  static func normalQuantiles(_ count: Int, at place: Double = 0.5) -> [Double] {
    (0..<count).map { index in
      let wanted = (Double(index) + place) / Double(count)
      var (low, high) = (-10.0, 10.0)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if erfc(-middle / 2.0.squareRoot()) / 2 < wanted { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
  }
}

extension SampleSet {
  init(_ rows: [[Double]]) throws {
    try self.init(rows.flatMap { $0.map(Float.init) }, dimension: rows[0].count)
  }
}
