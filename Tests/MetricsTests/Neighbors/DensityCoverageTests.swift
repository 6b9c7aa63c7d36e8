import Foundation
import Tensors
import Testing

@testable import MetricParts
@testable import Metrics

@Suite struct DensityCoverageTests {
  static let real: [Float] = [0, 1, 3, 7]
  static let generated: [Float] = [0.5, 2, 10, 10.5]

  @Test func fourAgainstFour() throws {
    let (real, generated) = (try set(Self.real), try set(Self.generated))
    let sharp = try PrecisionRecall(neighbors: 1).values(generated, against: real)
    #expect(sharp == (1, 0.75))
    #expect(try DensityCoverage(neighbors: 1).values(generated, against: real) == (1.25, 1))
    // 1 ± 1 touches 2, so that the closed ball holds one more.
    #expect(try DensityCoverage(neighbors: 1, ball: .closed).values(generated, against: real) == (1.5, 1))
  }

  @Test func equalSetsAndCollapse() throws {
    let real = try set(Self.real)
    #expect(try PrecisionRecall(neighbors: 1).values(real, against: real) == (1, 1))
    let collapsed = try set([0.5, 0.5, 0.5, 0.5])
    #expect(try PrecisionRecall(neighbors: 1).values(collapsed, against: real) == (1, 0))
    #expect(try DensityCoverage(neighbors: 1).values(collapsed, against: real) == (2, 0.5))
  }

  @Test(arguments: NeighborReference.all) func agreesWithOtherImplementations(_ reference: NeighborReference) throws {
    let (real, generated, _) = try reference.samples()
    for neighbors in [3, 5] {
      let first = try PrecisionRecall(neighbors: neighbors).values(generated, against: real)
      let second = try DensityCoverage(neighbors: neighbors).values(generated, against: real)
      #expect(agree(first.precision, try reference.value("precision\(neighbors)"), 1e-12))
      #expect(agree(first.recall, try reference.value("recall\(neighbors)"), 1e-12))
      #expect(agree(second.density, try reference.value("density\(neighbors)"), 1e-12))
      #expect(agree(second.coverage, try reference.value("coverage\(neighbors)"), 1e-12))
    }
    let clipped = try ClippedDensityCoverage().values(generated, against: real)
    #expect(agree(clipped.density, try reference.value("clippedDensity"), 1e-12))
    #expect(agree(clipped.coverage, try reference.value("clippedCoverage"), 1e-10))
    let expected = ClippedDensityCoverage.expectedClippedCoverage(real: reference.real, generated: reference.generated, neighbors: 5)
    #expect(agree(expected, try reference.value("expectedClippedCoverage"), 1e-12))
  }

  @Test func expectedCoverage() {
    #expect(agree(DensityCoverage.expectedCoverage(real: 1000, generated: 1000, neighbors: 5), 0.9689841, 5e-8))
    #expect(agree(DensityCoverage.expectedCoverage(real: 5000, generated: 1000, neighbors: 5), 0.5983235, 5e-8))
    #expect(agree(DensityCoverage.expectedCoverage(real: 60, generated: 40, neighbors: 3), 0.7927370, 5e-8))
    #expect(DensityCoverage.expectedCoverage(real: 60, generated: 0, neighbors: 3) == 0)
  }

  /// The expectation .7927370 of 60 real samples against 40 with k = 3, by simulation.
  @Test func expectedCoverageOfDraws() throws {
    let values = try (0..<400).map { draw in
      let key = Key(seed: UInt64(draw))
      return try DensityCoverage(neighbors: 3).values(normal(40, 2, key.derived("y")), against: normal(60, 2, key.derived("x"))).coverage
    }
    #expect(agree(Statistics.mean(values), 0.7927370, 4 * Statistics.standardError(values)), "\(Statistics.mean(values))")
    // The limit of equal, large sets: 1 − 2^−k.
    for neighbors in [1, 3, 5] {
      let expected = DensityCoverage.expectedCoverage(real: 1_000_000, generated: 1_000_000, neighbors: neighbors)
      #expect(agree(expected, 1 - exp2(-Double(neighbors)), 2e-5))
    }
  }

  @Test func nullBandsHoldDrawsFromOneDistribution() throws {
    for (real, generated, dimension) in [(150, 150, 2), (100, 200, 8)] {
      var (inside, total) = ([0, 0], 0)
      var means = [0.0, 0.0]
      for draw in 0..<60 {
        let key = Key(seed: UInt64(draw))
        let x = try normal(real, dimension, key.derived("x"))
        let y = try normal(generated, dimension, key.derived("y"))
        let values = try DensityCoverage().measure(y, against: x, key: key)
        total += 1
        for index in 0..<2 {
          let null = try #require(values[index].null)
          if (null.lower...null.upper).contains(values[index].value) { inside[index] += 1 }
          means[index] += values[index].value
          let wanted = index == 0 ? 1 : DensityCoverage.expectedCoverage(real: real, generated: generated, neighbors: 5)
          #expect(agree(null.mean, wanted, 1e-12))
        }
      }
      // 95 % of 60 are 57; fewer than 52 would come once in 100 times.
      #expect(inside[0] >= 52 && inside[1] >= 52)
      #expect(agree(means[0] / Double(total), 1, 0.03))
    }
  }

  @Test func collapseAndShiftAreOutsideTheBands() throws {
    let x = try normal(200, 2, Key(seed: 1))
    let collapsed = try DensityCoverage().measure(normal(200, 2, Key(seed: 2), scale: 0.2), against: x, key: Key(seed: 3))
    #expect(collapsed[1].isWorseThanNull == true && collapsed[1].value < 0.6)
    let shifted = try DensityCoverage().measure(normal(200, 2, Key(seed: 2), shift: 2), against: x, key: Key(seed: 3))
    #expect(shifted.map(\.isWorseThanNull) == [true, true] && shifted[0].value < 0.8)
  }

  /// Scores are the share of good samples: at 0, .3 and .6 of the generated ones far away. Targets within .05.
  @Test(arguments: [0, 0.3, 0.6]) func clippedScoresAreShares(_ bad: Double) throws {
    var (density, coverage) = (0.0, 0.0)
    for repetition in 0..<5 {
      let key = Key(seed: UInt64(100 + repetition))
      let x = try normal(1000, 8, key.derived("x"))
      var values = try normal(1000, 8, key.derived("y")).values
      for index in 0..<Int(bad * 1000) * 8 { values[index] += 50 }
      let scores = try ClippedDensityCoverage().values(set(values, 8), against: x)
      density += scores.density / 5
      coverage += scores.coverage / 5
    }
    #expect(agree(density, 1 - bad, 0.05) && agree(coverage, 1 - bad, 0.05))
  }

  @Test func improvedPrecisionAndRecallOfDraws() throws {
    var (precision, recall) = (0.0, 0.0)
    for repetition in 0..<8 {
      let key = Key(seed: UInt64(repetition))
      let values = try PrecisionRecall(neighbors: 5).values(
        normal(500, 8, key.derived("y")), against: normal(500, 8, key.derived("x")))
      precision += values.precision / 8
      recall += values.recall / 8
    }
    #expect(agree(precision, 0.937, 0.015) && agree(recall, 0.932, 0.015))
  }

  @Test func refusals() throws {
    #expect(throws: (any Error).self) { try PrecisionRecall(neighbors: 0).validateFields() }
    #expect(throws: MetricError.self) { try DensityCoverage().values(set([]), against: set(Self.real)) }
    #expect(throws: MetricError.self) { try ClippedDensityCoverage().values(set(Self.real), against: set(Self.real)) }
  }
}
