import Foundation
import Metrics
import Testing

@Suite struct StatisticsTests {
  @Test(arguments: [(1.0, 12.7062047), (2, 4.302653), (4, 2.776445), (9, 2.262157), (30, 2.0422725), (1000, 1.9623391)])
  func studentQuantiles(degrees: Double, expected: Double) {
    let distribution = StudentT(degreesOfFreedom: degrees)
    #expect(abs(distribution.quantile(0.975) - expected) < 1e-6)
    #expect(abs(distribution.quantile(0.025) + distribution.quantile(0.975)) < 1e-12)
    #expect(abs(distribution.cumulative(expected) - 0.975) < 1e-8)
  }

  @Test func cauchyIsStudentWithOneDegree() {
    for t in [-20, -1, -0.1, 0, 0.5, 3, 1e6] {
      #expect(abs(StudentT(degreesOfFreedom: 1).cumulative(t) - (0.5 + atan(t) / .pi)) < 1e-14)
    }
  }

  @Test func incompleteGammaIsExponentialAndError() {
    for x in [0, 1e-9, 0.3, 1, 2.7, 30, 700] {
      #expect(abs(SpecialFunctions.regularizedGamma(1, x) + expm1(-x)) < 1e-14)
      #expect(abs(SpecialFunctions.regularizedGamma(0.5, x) - erf(x.squareRoot())) < 1e-14)
    }
  }

  @Test func incompleteBetaIsAPolynomial() {
    for x in [0, 0.1, 0.5, 0.9, 1] {
      #expect(abs(SpecialFunctions.regularizedBeta(2, 3, x) - x * x * (6 - 8 * x + 3 * x * x)) < 1e-14)
    }
  }

  @Test func summaries() {
    #expect(Statistics.mean([1, 2, 3, 4]) == 2.5)
    #expect(abs(Statistics.standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]) - (32.0 / 7).squareRoot()) < 1e-14)
    #expect(Statistics.median([5, 1, 3]) == 3 && Statistics.median([4, 1, 3, 2]) == 2.5)
    #expect(Statistics.interquartileMean([1, 2, 3, 4, 5, 6, 7, 8]) == 4.5)
    #expect(Statistics.interquartileMean([1, 2, 3, 4, 100]) == 3)
    #expect(Statistics.mean([]).isNaN && Statistics.standardDeviation([1]).isNaN && Statistics.median([]).isNaN)
  }

  @Test func intervalOfTheMean() {
    let interval = Statistics.confidenceInterval([1, 2, 3])
    #expect(interval.estimate == 2)
    #expect(abs(interval.halfWidth - 4.302653 / 3.0.squareRoot()) < 1e-6)
    #expect(interval.contains(0) && !interval.contains(4.5))
    #expect(Statistics.confidenceInterval([1]).lower.isNaN)
  }

  @Test func wilsonAndHolm() {
    let wilson = Statistics.wilsonInterval(successes: 8, trials: 10)
    #expect(abs(wilson.lower - 0.49016247) < 1e-7 && abs(wilson.upper - 0.94331781) < 1e-7)
    #expect(Statistics.wilsonInterval(successes: 0, trials: 5).lower == 0)
    let holm = Statistics.holm([0.01, 0.04, 0.03])
    #expect(zip(holm, [0.03, 0.06, 0.06]).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test func welch() {
    let result = Comparison.unpaired([1, 2, 3, 4, 5], [2, 3, 4, 5, 6])
    #expect(abs(result.statistic + 1) < 1e-12 && abs(result.degreesOfFreedom - 8) < 1e-12)
    #expect(abs(result.pValue - 0.3465935) < 1e-7)
  }

  @Test func paired() {
    let result = Comparison.paired([3, 5, 7], [2, 3, 4])
    // Differences 1, 2, 3: mean 2, standard error 1/√3.
    #expect(abs(result.statistic - 2 * 3.0.squareRoot()) < 1e-12)
    #expect(abs(result.difference.halfWidth - 4.302653 / 3.0.squareRoot()) < 1e-6)
    #expect(result.permutationPValue == 0.25)
    let none = Comparison.paired([1, 2], [1, 2])
    #expect(none.pValue == 1 && none.permutationPValue == 1)
  }

  @Test func permutationTestsAreExact() {
    #expect(PermutationTest.relabelling([1, 2, 3], [4, 5, 6]) == 0.1)
    #expect(abs(PermutationTest.relabelling([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) - 2.0 / 252) < 1e-15)
    #expect(PermutationTest.relabelling([1, 1], [1, 1]) == 1)
    #expect(PermutationTest.signFlip([1, 1, 1, 1, 1, 1]) == 2.0 / 64)
    #expect(PermutationTest.signFlip([1, -1]) == 1)
    #expect(PermutationTest.signFlip([3, 1, -1]) == 0.75)  // |±3 ±1 ±1| ≥ 3: all but ±(3 − 1 − 1)
    #expect(PermutationTest.signFlip([1, .nan]).isNaN)
    #expect(abs(PermutationTest.sign([1, 2, 3, 4, 5, 6, 7, 8, 9, -1]) - 22.0 / 1024) < 1e-14)
    #expect(PermutationTest.sign([0, 0]) == 1)
  }

  @Test func estimatedPermutationsAgreeWithTheirLimit() {
    // 24 alternating ±1: the observed sum is 0, so every pattern is as extreme.
    #expect(PermutationTest.signFlip((0..<24).map { $0.isMultiple(of: 2) ? 1 : -1 }) == 1)
    // 24 ones with four flipped: P(|S| ≥ 16) = 2 Σ_{k ≤ 4} C(24, k) / 2²⁴ = 0.0015439.
    let p = PermutationTest.signFlip((0..<24).map { $0 < 4 ? -1 : 1 })
    #expect(abs(p - 0.0015439) < 4 * (0.0015439 / 100_000).squareRoot())
    let first = (0..<14).map(Double.init)
    #expect(PermutationTest.relabelling(first, first) == 1)
  }
}
