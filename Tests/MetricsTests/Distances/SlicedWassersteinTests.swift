import LinearAlgebra
import MetricParts
import Metrics
import Tensors
import Testing

@Suite struct SlicedWassersteinTests {
  private let key = Key(seed: 1)

  private func value(_ x: SampleSet, _ y: SampleSet, directions: Int) throws -> [MetricValue] {
    var metric = SlicedWasserstein()
    metric.directions = directions
    return try metric.measure(x, against: y, key: key)
  }

  @Test func movedCloudsAreAtTheirShift() throws {
    // ‖μ‖²/d = 1/d · 3 for μ = (1, 1, 1, 0, 0); along u it is (uᵀμ)² whatever the cloud.
    let x = try DistanceSamples.normal(200, dimension: 5, key: Key(seed: 2))
    var moved = x.values
    for row in 0..<200 { for axis in 0..<3 { moved[row * 5 + axis] += 1 } }
    let values = try value(x, SampleSet(moved, dimension: 5), directions: 2_000)
    #expect(agree(values[0].value, 0.6, 4 * (values[0].standardError ?? 0)) && agree(values[0].value, 0.6, 0.04))
    #expect(values[1].name == "mind" && agree(values[1].value, 15 * values[0].value, 1e-12))
    // The mean of (uᵀμ)² of these very directions.
    let directions = SlicedWasserstein.directions(2_000, dimension: 5, key: key)
    let exact = Statistics.mean((0..<2_000).map { row in (0..<3).reduce(0) { $0 + directions[row, $1] } }.map { $0 * $0 })
    #expect(agree(values[0].value, exact, 1e-6))
  }

  @Test func scaledGaussians() throws {
    // N(0, I) against N(0, 4 I): (1 − 2)² = 1, on the very same cloud scaled.
    let x = try DistanceSamples.normal(20_000, dimension: 3, key: Key(seed: 3))
    let scaled = try SampleSet(x.values.map { 2 * $0 }, dimension: 3)
    #expect(agree(try value(x, scaled, directions: 64)[0].value, 1, 0.03))
    let other = try DistanceSamples.normal(10_000, dimension: 3, deviation: 2, key: Key(seed: 4))
    #expect(agree(try value(x, other, directions: 64)[0].value, 1, 0.06))
  }

  @Test func equalSetsAreAtZeroAndSidesDoNotMatter() throws {
    let x = try DistanceSamples.normal(70, dimension: 4, key: Key(seed: 5))
    let y = try DistanceSamples.normal(50, dimension: 4, shift: 0.2, key: Key(seed: 6))
    #expect(try value(x, x, directions: 32)[0].value == 0)
    #expect(try value(x, y, directions: 32) == value(y, x, directions: 32))
    let order = RandomOrder.permutation(of: 70, key: Key(seed: 7))
    #expect(try value(x.selecting(order), y, directions: 32) == value(x, y, directions: 32))
  }

  @Test func directionsAreUnitVectorsOfTheKey() {
    let directions = SlicedWasserstein.directions(50, dimension: 6, key: key)
    for row in 0..<50 {
      #expect(agree((0..<6).reduce(0) { $0 + directions[row, $1] * directions[row, $1] }, 1, 1e-14))
    }
    #expect(directions == SlicedWasserstein.directions(50, dimension: 6, key: key))
    #expect(directions != SlicedWasserstein.directions(50, dimension: 6, key: Key(seed: 2)))
  }
}
