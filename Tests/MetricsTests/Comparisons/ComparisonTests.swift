import Metrics
import Testing

@Suite struct ExpectedBestTests {
  @Test func bestOfTwoOfFour() {
    let scores = [3.0, 1, 4, 2]
    #expect(abs(ExpectedBest.plugIn(scores, of: 2) - 3.125) < 1e-14)
    #expect(abs(ExpectedBest.unbiased(scores, of: 2) - 10.0 / 3) < 1e-14)
    #expect(abs(ExpectedBest.plugIn(scores, of: 2, isBetterHigher: false) - 1.875) < 1e-14)
    #expect(abs(ExpectedBest.unbiased(scores, of: 2, isBetterHigher: false) - 5.0 / 3) < 1e-14)
  }

  @Test func oneIsTheMeanAndAllTheBest() {
    let scores = [3.0, 1, 4, 2, 7]
    #expect(abs(ExpectedBest.plugIn(scores, of: 1) - 3.4) < 1e-14 && abs(ExpectedBest.unbiased(scores, of: 1) - 3.4) < 1e-14)
    #expect(abs(ExpectedBest.unbiased(scores, of: 5) - 7) < 1e-14)
    #expect(abs(ExpectedBest.unbiased(scores, of: 5, isBetterHigher: false) - 1) < 1e-14)
  }

  @Test func failedRunsAreTheWorst() {
    // The best of two of {1, 2, failed}: 2, 2 and 1; the plug-in estimate may draw the failed one twice.
    #expect(abs(ExpectedBest.unbiased([1, .nan, 2], of: 2) - 5.0 / 3) < 1e-14)
    #expect(abs(ExpectedBest.unbiased([1, .nan, 2], of: 2, isBetterHigher: false) - 4.0 / 3) < 1e-14)
    #expect(ExpectedBest.plugIn([1, .nan, 2], of: 2) == -.infinity)
    #expect(ExpectedBest.plugIn([1, .nan, 2], of: 2, isBetterHigher: false) == .infinity)
    #expect(ExpectedBest.unbiased([1, .nan, .nan], of: 2) == -.infinity)
  }

  @Test(arguments: ComparisonReference.all) func agreesWithAllSubsets(_ reference: ComparisonReference) {
    let scores = reference.first[0]
    #expect(abs(ExpectedBest.plugIn(scores, of: 3) - reference.largest) < 1e-12)
    #expect(abs(ExpectedBest.unbiased(scores, of: 3) - reference.largestUnbiased) < 1e-12)
    #expect(abs(ExpectedBest.plugIn(scores, of: 3, isBetterHigher: false) - reference.smallest) < 1e-12)
    #expect(abs(ExpectedBest.unbiased(scores, of: 3, isBetterHigher: false) - reference.smallestUnbiased) < 1e-12)
  }
}

@Suite struct ProbabilityOfImprovementTests {
  // Two tasks: runs {1, 2, 1, 2} and {2, 2, 1, 1} against {1, 2, 3} of each.
  let first = [[1.0, 2, 1, 2], [2, 2, 1, 1]]
  let second = [[1.0, 2, 3], [1, 2, 3]]

  @Test func tasksTimesRuns() {
    let interval = ProbabilityOfImprovement.interval(tasks: first, second)
    #expect(abs(interval.estimate - 1.0 / 3) < 1e-14)
    #expect(interval.lower < 1.0 / 3 && 1.0 / 3 < interval.upper)
    let mirrored = ProbabilityOfImprovement.interval(tasks: first, second, isBetterHigher: false)
    #expect(abs(mirrored.estimate - 2.0 / 3) < 1e-14)
  }

  @Test func unpairedIsMannWhitney() {
    let tally = ProbabilityOfImprovement.unpaired(first[0], second[0])
    #expect((tally.wins, tally.ties, tally.losses) == (2, 4, 6))
    #expect(abs(tally.probability - 1.0 / 3) < 1e-14)
  }

  @Test func pairsCountFailuresAsWorst() {
    let tally = ProbabilityOfImprovement.paired([1, .nan, 3, .nan, 5], [2, 2, .nan, .nan, 5], isBetterHigher: false)
    // Smaller is better: won, lost by failure, won by failure, tied by failure, tied.
    #expect((tally.wins, tally.ties, tally.losses) == (2, 2, 1))
    #expect(abs(tally.probability - 0.6) < 1e-14)
    let other = ProbabilityOfImprovement.unpaired([.nan], [-1e300])
    #expect(other.losses == 1)
    #expect(ProbabilityOfImprovement.paired([.nan], [.infinity], isBetterHigher: false).ties == 1)
  }

  @Test func exactIntervalIsTheSignTest() {
    for trials in 1...40 {
      for wins in 0...trials {
        let interval = ProbabilityOfImprovement.Tally(wins: wins, ties: 0, losses: trials - wins).exactInterval()
        let differences = (0..<trials).map { $0 < wins ? 1.0 : -1.0 }
        let isClear = interval.lower > 0.5 || interval.upper < 0.5
        #expect(isClear == (PermutationTest.sign(differences) < 0.05))
      }
    }
  }

  @Test func clopperPearson() {
    // α/2 = pⁿ at all of n: 0.025^(1/3), 0.025^(1/6); scipy's binomtest(8, 10).
    #expect(abs(Statistics.clopperPearsonInterval(successes: 3, trials: 3).lower - 0.2924017738) < 1e-9)
    #expect(abs(Statistics.clopperPearsonInterval(successes: 6, trials: 6).lower - 0.5407418735) < 1e-9)
    let interval = Statistics.clopperPearsonInterval(successes: 8, trials: 10)
    #expect(abs(interval.lower - 0.4439045377) < 1e-9 && abs(interval.upper - 0.9747892737) < 1e-9)
    #expect(Statistics.clopperPearsonInterval(successes: 0, trials: 4).lower == 0)
    let ties = Statistics.clopperPearsonInterval(successes: 2.5, trials: 5)
    #expect(abs(ties.lower + ties.upper - 1) < 1e-12)
  }

  @Test(arguments: ComparisonReference.all) func agreesWithOtherPrograms(_ reference: ComparisonReference) {
    let resamples = 40_000
    let found = ProbabilityOfImprovement.interval(
      tasks: reference.first, reference.second, bootstrap: Bootstrap(resamples: resamples))
    #expect(abs(found.estimate - reference.probability) < 1e-12)
    // A quantile at 2.5 % has the standard error √(p (1 − p)/B)/density, with the normal density 0.0584/σ there; P moves in steps of a half win.
    let runs = zip(reference.first, reference.second).map { $0.count * $1.count }
    let step = 0.5 / Double(runs.reduce(0, +))
    let error = 4 * (0.025 * 0.975 / Double(resamples)).squareRoot() / 0.0584 * reference.deviation + step
    #expect(abs(found.lower - reference.lower) < error && abs(found.upper - reference.upper) < error)
    let count = min(reference.first[0].count, reference.second[0].count)
    let paired = ProbabilityOfImprovement.interval(
      pairs: Array(reference.first[0].prefix(count)), Array(reference.second[0].prefix(count)),
      bootstrap: Bootstrap(resamples: resamples))
    #expect(abs(paired.estimate - reference.paired) < 1e-12)
    // Pairs move it in steps of 1/2n: the quantile is the same step or its neighbour.
    let tolerance = 0.5 / Double(count) + 1e-12
    #expect(abs(paired.lower - reference.pairedLower) <= tolerance && abs(paired.upper - reference.pairedUpper) <= tolerance)
  }
}

@Suite struct ProfileAndSizeTests {
  let tasks = [[1.0, 2, 1, 2], [2, 2, 1, 1]]

  @Test func interquartileMeans() {
    #expect(Statistics.interquartileMean((1...10).map(Double.init)) == 5.5)
    #expect(Statistics.interquartileMean(tasks: tasks) == 1.5)
    #expect(Statistics.interquartileMean((1...8).map(Double.init)) == 4.5)
    #expect(Statistics.interquartileMean([1, 2, 3, 4, 100]) == 3)
  }

  @Test func profileIsStrictAndFailuresAreBelowAll() {
    #expect(PerformanceProfile(tasks: tasks, thresholds: [0, 1, 1.5, 2]).shares == [1, 0.5, 0.5, 0])
    // Tasks weigh the same, whatever their runs.
    #expect(PerformanceProfile(tasks: [[1, 1, 1, .nan], [0]], thresholds: [0.5]).shares == [0.375])
    let interval = PerformanceProfile.interval(tasks: tasks, above: 1)
    #expect(interval.estimate == 0.5 && interval.lower < 0.5 && interval.upper > 0.5)
    #expect(abs(interval.lower + interval.upper - 1) < 1e-12)
  }

  @Test func sampleSizes() {
    #expect(abs(SampleSize.forRanks(probability: 0.75) - 28.86) < 0.005)
    #expect(SampleSize.forRanks(probability: 0.25).rounded(.up) == 29)
    #expect(SampleSize.forSigns(probability: 0.75).rounded(.up) == 44)
    #expect(SampleSize.forMeans(effect: 1).rounded(.up) == 16)
    #expect(SampleSize.forMeans(effect: -0.5).rounded(.up) == 63)
  }
}
