import Metrics
import Tensors
import Testing

/// The numbers are those of Tests/Reference/rank_tests.py, by SciPy.
@Suite struct RankTestTests {
  let a = [1.1, 2.3, 0.4, 3.9, 2.8, 5.1]
  let b = [0.2, 1.9, 0.1, 3.1, 0.7, 2.2]
  let c: [Double] = [8, 8, 7, 8, 6, 8, 5]
  let d: [Double] = [6, 5, 8, 4, 6, 7, 5]

  private func list(_ count: Int, _ factor: Int, _ modulus: Int, _ shift: Double = 0) -> [Double] {
    (0..<count).map { Double(factor * $0 % modulus) / 10 + shift }
  }

  @Test func pValuesAreThoseOfSciPy() {
    #expect(abs(RankTest.unpaired(a, b) - 0.17965367965367965) < 1e-14)
    #expect(abs(RankTest.paired(a, b) - 0.03125) < 1e-15)
    #expect(abs(RankTest.unpaired(c, d) - 0.11247086247086246) < 1e-14)
    #expect(abs(RankTest.paired(c, d) - 0.1875) < 1e-15)
    #expect(abs(RankTest.unpaired(list(40, 37, 101), list(40, 53, 97, 1.5)) - 0.18259396543604867) < 1e-12)
  }

  @Test func theNormalApproximationOfPairsIsClose() {
    // SciPy corrects for continuity by half a rank; a rank sum of signs moves by one, so that half of its step is the same.
    #expect(abs(RankTest.paired(list(70, 37, 101), list(70, 53, 97, 1.5)) - 0.010281180974632197) < 1e-4)
  }

  @Test func nothingToTellGivesOne() {
    #expect(RankTest.unpaired([1, 1, 1], [1, 1, 1]) == 1 && RankTest.paired([2, 3], [2, 3]) == 1)
    #expect(RankTest.unpaired([], [1]) == 1)
    #expect(RankTest.paired([.nan, 1], [.nan, 1]) == 1)
  }

  @Test func failedRunsAreWorst() {
    let worst = [Double](repeating: .nan, count: 4)
    #expect(abs(RankTest.unpaired(worst, [1, 2, 3, 4]) - 2.0 / 70) < 1e-15)
    #expect(RankTest.unpaired(worst, [-.infinity, 2, 3, 4]) > 2.0 / 70)
    #expect(RankTest.paired([1, 2, 3, 4, 5, 6], [Double](repeating: .nan, count: 6)) == 2.0 / 64)
  }

  @Test func leastPValues() {
    #expect(abs(RankTest.leastPValue(runs: 3, isPaired: false) - 0.1) < 1e-15)
    #expect(abs(RankTest.leastPValue(runs: 4, isPaired: false) - 2.0 / 70) < 1e-15)
    #expect(RankTest.leastPValue(runs: 6, isPaired: true) == 2.0 / 64)
    for runs in 2..<8 {
      let low = (0..<runs).map(Double.init)
      let high = low.map { $0 + 100 }
      #expect(abs(RankTest.unpaired(low, high) - RankTest.leastPValue(runs: runs, isPaired: false)) < 1e-15)
      #expect(abs(RankTest.paired(low, high) - RankTest.leastPValue(runs: runs, isPaired: true)) < 1e-15)
    }
  }

  @Test func correlations() {
    #expect(abs(RankTest.correlation(a, b) - 0.8857142857142858) < 1e-14)
    #expect(abs(RankTest.correlation(c, d) + 0.100321544238141) < 1e-14)
    #expect(RankTest.correlation([1, 1], [1, 2]).isNaN)
    for (runs, useful) in [(3, 0.5836049176386497), (5, 0.310170153030932), (10, 0.13746976827182134), (20, 0.06450447555713745)] {
      #expect(abs(RankTest.usefulCorrelation(runs: runs) - useful) < 1e-9)
    }
  }

  @Test func shiftsAreThoseOfSciPy() throws {
    let free = RankShift(a, b, isPaired: false)
    for (found, expected) in [(free.estimate, 0.95), (free.lower, -0.8), (free.upper, 3.2)] {
      let found = try #require(found)
      #expect(abs(found - expected) < 1e-12)
    }
    let pairs = RankShift(a, b, isPaired: true)
    for (found, expected) in [(pairs.estimate, 1.2), (pairs.lower, 0.3), (pairs.upper, 2.9)] {
      let found = try #require(found)
      #expect(abs(found - expected) < 1e-12)
    }
  }

  @Test("The interval holds 0 exactly where the test does not reject", arguments: [true, false])
  func intervalsAgreeWithTheTest(isPaired: Bool) {
    var rejected = 0
    for study in 0..<400 {
      let key = Key(seed: 7).derived(study)
      // Counts with ties, half of them at the best value, and a shift now and then.
      let first = (0..<9).map { Double(min(8, key.integer(below: 12, element: $0) + study % 5)) }
      let second = (0..<9).map { Double(min(8, key.integer(below: 12, element: 100 + $0))) }
      let found = RankShift(first, second, isPaired: isPaired)
      guard let lower = found.lower, let upper = found.upper else { continue }
      #expect(lower <= upper)
      if found.pValue >= 0.05 {
        #expect(lower <= 0 && 0 <= upper)
      } else {
        rejected += 1
        #expect(lower >= 0 || upper <= 0, "\(first) \(second)")
      }
    }
    #expect(rejected > 20)
  }

  @Test func fewRunsHaveNoInterval() {
    let found = RankShift([5, 6, 7], [1, 2, 3], isPaired: false)
    #expect(found.estimate == 4 && found.lower == nil && found.upper == nil && abs(found.pValue - 0.1) < 1e-15)
    let failed = RankShift([.nan, .nan, .nan, .nan, 1], [1, 2, 3, 4, 5], isPaired: false)
    #expect(failed.estimate == nil)
  }

  @Test func mediansHaveExactIntervals() {
    let coverages = [(3, 0.75), (5, 0.9375), (6, 0.96875), (10, 0.978515625), (20, 0.9586105346679688), (100, 0.9647997997822951)]
    for (count, coverage) in coverages {
      let interval = MedianInterval((0..<count).map(Double.init).reversed())
      #expect(abs(interval.coverage - coverage) < 1e-9, "\(count)")
      #expect(interval.lower + interval.upper == Double(count - 1))
    }
    let ten = MedianInterval([8, 8, 8, 0, 8, 7, 6, 8, 8, 8])
    #expect(ten.median == 8 && ten.lower == 6 && ten.upper == 8 && ten.isFull)
    #expect(MedianInterval([4]).coverage == 0 && !MedianInterval([1, 2, 3, 4, 5]).isFull)
    #expect(MedianInterval([1, 2, .infinity, .infinity]).median == .infinity)
  }

  @Test("Intervals of medians hold what they say", arguments: [5, 6, 10, 20])
  func coverageIsMeasured(count: Int) {
    // Values with a long tail, median 1, and counts with ties, median 8.
    var (held, heldCounts, coverage) = (0, 0, 0.0)
    let studies = 4000
    for study in 0..<studies {
      let key = Key(seed: 3).derived(count).derived(study)
      let draws = (0..<count).map { (Double(key.bits(element: $0)) + 0.5) / 4_294_967_296 }
      let skewed = MedianInterval(draws.map { ($0 / (1 - $0)) * ($0 / (1 - $0)) })
      let counts = MedianInterval(draws.map { $0 < 0.3 ? 3.0 : $0 < 0.45 ? 6 : 8 })
      coverage = skewed.coverage
      if skewed.lower <= 1, 1 <= skewed.upper { held += 1 }
      if counts.lower <= 8, 8 <= counts.upper { heldCounts += 1 }
    }
    #expect(abs(Double(held) / Double(studies) - coverage) < 0.015)
    #expect(Double(heldCounts) / Double(studies) > coverage - 0.015)
  }

  /// Most runs of one side failed, and few of the other: every finite shift is rejected, and none is the estimate.
  @Test func whereFailedRunsDecideThereIsNoShift() {
    let few = (0..<100).map { $0 < 15 ? -Double($0) / 10 : .nan }
    let many = (0..<100).map { $0 < 76 ? -2 - Double($0 % 7) / 10 : .nan }
    let found = RankShift(few, many, isPaired: false)
    #expect(found.estimate == nil && found.lower == nil && found.upper == nil && found.pValue < 1e-6)
    let turned = RankShift(many, few, isPaired: false)
    #expect(turned.estimate == nil && abs(turned.pValue - found.pValue) < 1e-12)
    // With any number of failures on either side an interval has its ends in order, and holds 0 exactly where the test does not reject it.
    for (left, right) in (0...12).flatMap({ left in (0...12).map { (left, $0) } }) {
      for isPaired in [false, true] {
        let first = (0..<12).map { $0 < left ? .nan : Double($0 * 5 % 7) / 2 }
        let second = (0..<12).map { $0 < right ? .nan : Double($0 * 3 % 5) / 2 + 1 }
        let shift = RankShift(first, second, isPaired: isPaired)
        #expect(shift.estimate?.isFinite ?? true && shift.lower?.isFinite ?? true && shift.upper?.isFinite ?? true)
        if let lower = shift.lower, let upper = shift.upper {
          let holdsZero = shift.pValue >= 0.05 ? lower <= 0 && 0 <= upper : lower >= 0 || upper <= 0
          #expect(lower <= upper && holdsZero, "\(left), \(right), \(isPaired): \(shift)")
        }
      }
    }
  }
}
