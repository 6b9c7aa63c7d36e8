import Foundation
import Rival
import Testing

@Suite struct TrendTests {
  @Test func monotoneSeriesHasTheFullScore() throws {
    let test = try MannKendall((0..<10).map(Double.init))
    #expect(test.score == 45 && test.variance == 125)
    #expect(abs(test.z - 3.9354796) < 1e-7)
    #expect(abs(test.pValue - erfc(44 / 125.0.squareRoot() / 2.0.squareRoot())) < 1e-15)
    let down = try MannKendall((0..<10).map { -Double($0) })
    #expect(down.score == -45 && down.z == -test.z && down.pValue == test.pValue)
  }

  @Test func scoreIsThatOfAllPairs() throws {
    for seed in 0..<20 {
      // Rounded, so that there are ties.
      let values = Series.noise(5 + 3 * seed, seed: seed).map { ($0 * 2).rounded() }
      var score = 0
      for j in values.indices { for i in 0..<j { score += values[j] > values[i] ? 1 : values[j] < values[i] ? -1 : 0 } }
      #expect(try MannKendall(values).score == score)
    }
  }

  @Test func tiesLowerTheVariance() throws {
    // (4·3·13 − 2·1·9)/18 for one pair of equal values; S = 5.
    let test = try MannKendall([1, 2, 2, 3])
    #expect(test.score == 5 && abs(test.variance - (156.0 - 18) / 18) < 1e-12)
    let constant = try MannKendall([4, 4, 4, 4])
    #expect(constant.score == 0 && constant.z == 0 && constant.pValue == 1 && constant.variance == 0)
  }

  @Test func lineIgnoresWildValues() throws {
    var values = (0..<21).map { 2 - 0.5 * Double($0) }
    values[3] = 1e6
    values[17] = -1e6
    let line = try TheilSen(values)
    #expect(abs(line.slope + 0.5) < 1e-12 && abs(line.intercept - 2) < 1e-12)
    #expect(line.interval.contains(-0.5))
    #expect(abs(try TheilSen([1, 3, 11], at: [0, 1, 5]).slope - 2) < 1e-12)
  }

  @Test func slopeIntervalHoldsTheSlope() throws {
    var held = 0
    for seed in 0..<200 {
      let noise = Series.noise(40, seed: seed)
      let line = try TheilSen(noise.enumerated().map { 0.1 * Double($0) + $1 })
      held += line.interval.contains(0.1) ? 1 : 0
    }
    // 95 % of 200, within four standard errors.
    #expect((178...200).contains(held), "\(held)")
  }

  @Test(arguments: [0.0, 0.5, 0.9]) func noiseHasATrendAsOftenAsTheLevelSays(rho: Double) throws {
    var prepared = 0
    var plain = 0
    for seed in 0..<200 {
      let series = Series.redNoise(400, rho: rho, seed: seed)
      prepared += try Trend(series).direction != .none ? 1 : 0
      plain += try MannKendall(series).pValue < 0.05 ? 1 : 0
    }
    #expect(prepared <= 22, "\(prepared) of 200")
    // The plain test does not keep its level; that is why there is another.
    if rho == 0.9 { #expect(plain > 60, "\(plain) of 200") }
  }

  @Test func trendIsFoundInSlowNoise() throws {
    let noise = Series.redNoise(1000, rho: 0.8, seed: 5)
    let steps = (0..<1000).map { 10 * $0 }
    let trend = try Trend(noise.enumerated().map { $1 - 0.02 * Double($0) }, steps: steps)
    #expect(trend.direction == .falling && trend.pValue < 0.01, "\(trend)")
    #expect(trend.blockSize > 1)
    #expect(abs(trend.slope.estimate + 0.002) < 0.0005)
  }

  @Test func shortSlowSeriesAreWidened() throws {
    let trend = try Trend(Series.redNoise(30, rho: 0.9, seed: 4))
    #expect(trend.varianceFactor > 2 && trend.blockSize == 1)
    let line = try Trend((0..<12).map(Double.init))
    #expect(line.varianceFactor == 1 && line.blockSize == 1 && line.direction == .rising && abs(line.slope.estimate - 1) < 1e-12)
  }

  @Test func flatteningCurvesFall() throws {
    for seed in 0..<20 {
      let noise = Series.noise(100, seed: seed, deviation: 0.1)
      let curve = noise.enumerated().map { 3 * exp(-4 * Double($0) / 100) + $1 }
      #expect(try Trend(curve).direction == .falling, "seed \(seed)")
    }
  }

  @Test func smoothCurvesAreTrends() throws {
    let decay = try Trend((1...4000).map { 1 / Double($0).squareRoot() })
    #expect(decay.direction == .falling && decay.pValue < 0.001 && decay.slope.estimate < 0)
    let turning = try Trend((0..<4000).map { cos(2 * Double.pi * Double($0) / 4000) })
    #expect(turning.direction == .none)
  }

  @Test func changeIsFoundWhereItIs() throws {
    let values = Series.noise(60, seed: 3).enumerated().map { $0 < 35 ? $1 : $1 + 4 }
    let change = try Change(values)
    #expect((32...37).contains(change.index) && change.pValue < 1e-6, "\(change)")
    #expect(abs(change.after - change.before - 4) < 1)
    let none = (0..<200).count { (try? Change(Series.noise(60, seed: 1000 + $0)).pValue < 0.05) == true }
    #expect(none <= 22, "\(none)")
    // K = 25 at n = 10: 2 exp(−6·625/1100).
    let step = try Change([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    #expect(step.index == 5 && abs(step.pValue - 2 * exp(-3750.0 / 1100)) < 1e-12)
  }

  @Test func scoresAreRobust() throws {
    #expect(abs(try Change.score(of: 5, against: [1, 2, 3, 4, 1000]) - 2 / 1.4826) < 1e-12)
    #expect(try Change.score(of: 3, against: [3, 3, 3]) == 0)
    #expect(try Change.score(of: 4, against: [3, 3, 3]) == .infinity)
  }

  @Test func whatCannotBeTestedIsRefused() {
    #expect(throws: DiagnosticsError.self) { try MannKendall([1, 2]) }
    #expect(throws: DiagnosticsError.self) { try Trend([1, 2, .nan, 4]) }
    #expect(throws: DiagnosticsError.self) { try TheilSen([1, 2], at: [1, 1]) }
    #expect(throws: DiagnosticsError.self) { try TheilSen([1, 2], at: [1]) }
  }
}
