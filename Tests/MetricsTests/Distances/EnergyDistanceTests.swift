import MetricParts
import Metrics
import Tensors
import Testing

@Suite struct EnergyDistanceTests {
  @Test func smallCasesAreKnown() {
    // Between: (2 + 3 + 1 + 2) / 4 = 2; within: 1 and 1; 2 · 2 − 1 − 1.
    #expect(EnergyDistance.unbiased([0, 1], [2, 3], dimension: 1) == 2.0)
    // Points of a 3-4-5 triangle: between (0 + 3 + 4 + 5) / 4 = 3, within 4 and 3; 2 · 3 − 4 − 3.
    #expect(EnergyDistance.unbiased([0, 0, 0, 4], [0, 0, 3, 0], dimension: 2) == -1.0)
    #expect(EnergyDistance.unbiased([1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0], dimension: 3) == 2 * 3.0.squareRoot())
  }

  @Test func itIsSymmetricAndRefusesWhatIsNotFinite() {
    let a: [Float] = [0.5, 1, -2, 3, 0.25, 4]
    let b: [Float] = [1, 0, 2, 2, 5, -1]
    let forward = EnergyDistance.unbiased(a, b, dimension: 2) ?? .nan
    let backward = EnergyDistance.unbiased(b, a, dimension: 2) ?? .nan
    #expect(abs(forward - backward) < 1e-12)
    #expect(EnergyDistance.unbiased([.nan, 0], [0, 0], dimension: 1) == nil)
  }

  @Test func equalDistributionsAreAtZeroOnAverageAndShiftedOnesAreNot() throws {
    var sum = 0.0
    let repeats = 200
    for index in 0..<repeats {
      let key = Key(seed: 3).derived(index)
      let values = (0..<100).map { key.uniform(element: $0) }
      sum += try #require(EnergyDistance.unbiased(Array(values[..<50]), Array(values[50...]), dimension: 1))
    }
    // Under equality the estimate's deviation is about 0.01 here, so the mean of 200 lies within 0.003.
    #expect(abs(sum / Double(repeats)) < 0.003)
    // Uniform on [0, 1) against uniform on [1, 2): 2 · 1 − 1/3 − 1/3.
    let key = Key(seed: 4)
    let first = (0..<2000).map { key.uniform(element: $0) }
    let second = (2000..<4000).map { 1 + key.uniform(element: $0) }
    let distance = try #require(EnergyDistance.unbiased(first, second, dimension: 1))
    #expect(abs(distance - 4.0 / 3) < 0.03)
  }
}
