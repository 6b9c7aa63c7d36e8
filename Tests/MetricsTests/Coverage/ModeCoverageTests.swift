import Foundation
import MetricParts
import Metrics
import Testing

@Suite struct ModeCoverageTests {
  static let ring: [[Float]] = (0..<8).map { index in
    let angle = 2 * Double.pi * Double(index) / 8
    return [Float(2 * cos(angle)), Float(2 * sin(angle))]
  }

  @Test func exactCentersAreAllOfHighQuality() {
    let coverage = ModeCoverage(samples: Self.ring.flatMap { $0 }, centers: Self.ring, standardDeviation: 0.02)
    #expect(coverage.coveredModes() == 8)
    #expect(coverage.highQualityFraction == 1)
    #expect(coverage.counts == Array(repeating: 1, count: 8))
    #expect(coverage.reverseKL() == 0)
    #expect(coverage.jensenShannon() == 0)
  }

  @Test(arguments: [(4, 8), (5, 25), (1, 10)])
  func someOfEqualModesGiveALogarithm(covered: Int, modes: Int) throws {
    let centers: [[Float]] = (0..<modes).map { [Float($0)] }
    let samples = (0..<covered).flatMap { [Float($0), Float($0)] }
    let coverage = ModeCoverage(samples: samples, centers: centers, standardDeviation: 0.01)
    #expect(coverage.coveredModeIndices() == Array(0..<covered))
    #expect(abs(try #require(coverage.reverseKL()) - log(Double(modes) / Double(covered))) < 1e-12)
    #expect(abs(try #require(coverage.reverseKL(over: .all)) - log(Double(modes) / Double(covered))) < 1e-12)
  }

  @Test func qualityAndPopulationsDiffer() throws {
    // Centres 0 and 10, deviation 1: 0, 2.9 and 3.1 belong to the first, 10 and 6 to the second.
    let coverage = ModeCoverage(samples: [0, 2.9, 3.1, 10, 6], centers: [[0], [10]], standardDeviation: 1)
    #expect(coverage.counts == [3, 2])
    #expect(coverage.highQualityCounts == [2, 1])
    #expect(coverage.highQualityFraction == 0.6)
    let quality = 2.0 / 3 * log(4.0 / 3) + 1.0 / 3 * log(2.0 / 3)
    #expect(abs(try #require(coverage.reverseKL()) - quality) < 1e-12)
    #expect(abs(try #require(coverage.reverseKL(over: .all)) - (0.6 * log(1.2) + 0.4 * log(0.8))) < 1e-12)
  }

  @Test func definitionsDiffer() {
    // 100 samples, four modes: 60, 37, 2 and 1 of them.
    let samples = [(0, 60), (1, 37), (2, 2), (3, 1)].flatMap { Array(repeating: Float($0.0), count: $0.1) }
    let centers: [[Float]] = [[0], [1], [2], [3]]
    let coverage = ModeCoverage(samples: samples, centers: centers, standardDeviation: 0.01)
    #expect(coverage.coveredModes(.anyHighQuality) == 4)
    #expect(coverage.coveredModes(.share(minimum: 0.1)) == 2)  // 2.5 samples are needed
    #expect(coverage.coveredModes(.share(minimum: 0.08)) == 3)
    #expect(coverage.coveredModes(.atLeast(37)) == 2)
    #expect(coverage.coveredModes(.atLeast(50)) == 1)
  }

  @Test func boxHoldsMoreThanBall() {
    let samples: [Float] = [2.9, 2.9, 2.9, 0, 3.1, 0]
    let ball = ModeCoverage(samples: samples, centers: [[0, 0]], standardDeviation: 1)
    let box = ModeCoverage(samples: samples, centers: [[0, 0]], standardDeviation: 1, neighborhood: .box)
    #expect(ball.highQualityCounts == [1])
    #expect(box.highQualityCounts == [2])
  }

  @Test func divergedSamplesBelongNowhere() {
    let coverage = ModeCoverage(samples: [.nan, 0, .infinity, 0], centers: [[0]], standardDeviation: 1)
    #expect(coverage.unassignedCount == 2 && coverage.counts == [2] && coverage.highQualityFraction == 0.5)
    let none = ModeCoverage(samples: [.nan], centers: [[0]], standardDeviation: 1)
    #expect(none.reverseKL() == nil && none.jensenShannon() == nil && none.coveredModes() == 0)
  }

  @Test func weightsEnterTheDivergence() throws {
    let coverage = ModeCoverage(samples: [0, 0, 0, 1], centers: [[0], [1]], standardDeviation: 0.1, weights: [3, 1])
    #expect(coverage.reverseKL() == 0)
    let other = ModeCoverage(samples: [0, 1], centers: [[0], [1]], standardDeviation: 0.1, weights: [1, 0])
    #expect(other.reverseKL() == .infinity)
    // JS((½, ½), (1, 0)) = ½ (½ log ⅔ + ½ log 2) + ½ log 4/3.
    let expected = 0.25 * log(2.0 / 3) + 0.25 * log(2.0) + 0.5 * log(4.0 / 3)
    #expect(abs(try #require(other.jensenShannon()) - expected) < 1e-12)
    #expect(abs(Divergence.jensenShannon([1, 0], [0, 1]) - log(2)) < 1e-12)
  }

  @Test func ceilingsAreThoseOfChiSquare() {
    #expect(abs(ModeCoverage.highQualityCeiling(dimension: 1) - 0.9973002) < 5e-8)
    #expect(abs(ModeCoverage.highQualityCeiling(dimension: 2) - (1 - exp(-4.5))) < 1e-14)
    #expect(abs(ModeCoverage.highQualityCeiling(dimension: 2) - 0.9888910) < 5e-8)
    #expect(abs(ModeCoverage.highQualityCeiling(dimension: 3) - 0.9707091) < 5e-8)
    #expect(abs(ModeCoverage.highQualityCeiling(dimension: 2, neighborhood: .box) - 0.9946) < 1e-4)
  }

  @Test func nullValues() {
    #expect(abs(ModeCoverage.expectedModes(modes: 1000, samples: 1000) - 632.3046) < 1e-4)
    #expect(abs(ModeCoverage.reverseKLBias(modes: 25, samples: 2500) - 0.0048) < 1e-12)
  }
}
