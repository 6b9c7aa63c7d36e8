import Foundation
import Rival
import Testing

@Suite struct OscillationTests {
  @Test(arguments: [1, 3]) func poleOfADampedTone(stride: Int) throws {
    let series = Series.sine(200, period: 20, factor: 0.97)
    for method in [RotationPole.Method.leastSquares, .instrumental] {
      let pole = try RotationPole(series, stride: stride, method: method)
      #expect(abs(pole.magnitude - 0.97) < 1e-9)
      #expect(abs((pole.period ?? 0) - 20) < 1e-9)
    }
    // About a constant, and about a line.
    let moved = series.enumerated().map { 3 + 0.01 * Double($0) + $1 }
    #expect(abs(try RotationPole(moved, removesTrend: true).magnitude - 0.97) < 1e-9)
  }

  @Test func realPolesDoNotRotate() throws {
    let pole = try RotationPole((0..<60).map { pow(1.01, Double($0)) + pow(0.8, Double($0)) })
    #expect(pole.period == nil)
    #expect(throws: DiagnosticsError.self) { try RotationPole(Array(repeating: 1, count: 60)) }
  }

  @Test func noiseBiasesLeastSquaresAndNotInstruments() throws {
    var plain = 0.0
    var robust = 0.0
    var covered = 0
    for seed in 0..<50 {
      let noise = Series.noise(500, seed: seed, deviation: 0.3)
      let series = zip(Series.sine(500, period: 40), noise).map { $0 + $1 }
      plain += try RotationPole(series).magnitude / 50
      let pole = try RotationPole(series, stride: 7, method: .instrumental)
      robust += pole.magnitude / 50
      covered += abs(log(pole.magnitude)) < 3 * pole.logStandardError ? 1 : 0
      #expect(abs((pole.period ?? 0) - 40) < 1)
    }
    #expect(plain < 0.95, "\(plain)")
    #expect(abs(robust - 1) < 5e-4, "\(robust)")
    #expect(covered >= 45, "\(covered) of 50")
  }

  @Test func drivenRotationKeepsItsPole() throws {
    var mean = 0.0
    for seed in 0..<30 {
      mean +=
        try RotationPole(
          Series.drivenRotation(2000, radius: 0.98, period: 24, seed: seed), stride: 4, method: .instrumental
        ).magnitude / 30
    }
    #expect(abs(mean - 0.98) < 0.004, "\(mean)")
  }

  @Test(arguments: zip([0.985, 1.0, 1.01], [Oscillation.Fate.damped, .sustained, .growing]))
  func fateFollowsThePole(factor: Double, fate: Oscillation.Fate) throws {
    for seed in 0..<10 {
      let noise = Series.noise(300, seed: seed, deviation: 0.05)
      let series = zip(Series.sine(300, period: 25, factor: factor), noise).map { 4 + $0 + $1 }
      let found = try Oscillation(series)
      #expect(found.fate == fate, "seed \(seed): \(found)")
      #expect(abs(found.period - 25) < 0.5)
      #expect(abs(found.growthPerTurn - pow(factor, 25)) < 0.08 * found.growthPerTurn)
      #expect(found.confidence > 0.5 && found.confidence <= 1)
    }
  }

  @Test(arguments: zip([0.98, 1.02], [Oscillation.Fate.damped, .growing]))
  func transientsAreNotCycles(factor: Double, fate: Oscillation.Fate) throws {
    // The noise hides all but a third of the series.
    for seed in 0..<20 {
      let noise = Series.noise(300, seed: seed, deviation: 0.1)
      let end = factor > 1 ? pow(factor, -300) : 1
      let series = zip(Series.sine(300, period: 4.3, factor: factor), noise).map { end * $0 + $1 }
      #expect(try Oscillation(series).fate == fate, "seed \(seed)")
    }
  }

  @Test func onsetIsFoundInTheSecondHalf() throws {
    let noise = Series.noise(240, seed: 5)
    let series = (0..<240).map { $0 < 120 ? 20 * noise[$0] : noise[$0] + 3 * sin(2 * Double.pi * Double($0) / 12) }
    let found = try Oscillation(series)
    #expect(found.isRecent && found.fate == .sustained && abs(found.period - 12) < 0.5, "\(found)")
  }

  @Test func noiseDoesNotOscillate() throws {
    var white = 0
    var red = 0
    for seed in 0..<100 {
      white += try Oscillation(Series.noise(200, seed: seed)).fate != .none ? 1 : 0
      red += try Oscillation(Series.redNoise(200, rho: 0.95, seed: seed)).fate != .none ? 1 : 0
    }
    #expect(white <= 4 && red <= 4, "\(white) \(red)")
    #expect(try Oscillation((0..<100).map(Double.init)).fate == .none)
    #expect(try Oscillation(Array(repeating: 2, count: 100)).fate == .none)
    #expect(throws: DiagnosticsError.self) { try Oscillation([1, 2, 3]) }
  }

  @Test func alternatingDescentTurnsForEver() throws {
    var game = DiracPlayers(.wasserstein, .alternating, rate: 0.1)
    let trace = game.trace(1000)
    let found = try Oscillation(trace)
    // cos φ = 1 − h²/2; the map has determinant 1.
    #expect(abs(found.period - 62.80565457) < 1e-6 * 62.8)
    #expect(found.fate == .sustained && abs(found.growthPerTurn - 1) < 1e-6)
    #expect(found.confidence > 0.99)
  }

  @Test func simultaneousDescentGrows() throws {
    var game = DiracPlayers(.wasserstein, .simultaneous, rate: 0.1)
    let found = try Oscillation(game.trace(600))
    #expect(found.fate == .growing)
    #expect(abs((found.pole?.magnitude ?? 0) - 1.01.squareRoot()) < 1e-9)
    #expect(abs(found.period - 2 * Double.pi / atan(0.1)) < 1e-6)
  }

  @Test(arguments: zip([0.1, 0.05, 0.02], [0.44710, 0.31621, 0.20000]))
  func nonSaturatingDescentHasALimitCycle(rate: Double, radius: Double) throws {
    var game = DiracPlayers(.nonSaturating, .simultaneous, rate: rate)
    for _ in 0..<Int(4000 / rate) { game.step() }
    // The cycle is a circle up to the rate squared: the mean radius of a turn.
    let turn = Int((4 * Double.pi / rate).rounded())
    let mean = (0..<turn).reduce(0.0) { sum, _ in
      game.step()
      return sum + game.radius / Double(turn)
    }
    #expect(abs(mean - radius) < 3e-5, "\(mean)")
    #expect(abs(mean - (2 * rate).squareRoot()) < 0.002 * (2 * rate).squareRoot())
    let steps = Int(80 / rate)
    let found = try Oscillation(game.trace(steps))
    #expect(found.fate == .sustained, "\(found)")
    #expect(abs(found.period - 4 * Double.pi / rate) < 0.01 * 4 * Double.pi / rate)
  }

  @Test func lossesOscillateTwiceAsFast() throws {
    var game = DiracPlayers(.wasserstein, .alternating, rate: 0.1)
    let losses = (0..<1000).map { _ in
      game.step()
      return game.theta * game.psi
    }
    #expect(abs(try Oscillation(losses).period - 62.80565457 / 2) < 0.01)
  }

  @Test func decayIsSublinearUnderAlternation() {
    var game = DiracPlayers(.nonSaturating, .alternating, rate: 0.1)
    let known = [1000: 0.27476, 2000: 0.19665, 8000: 0.10074]
    let law = [1000: 0.27735, 2000: 0.19803, 8000: 0.09975]
    for step in 1...8000 {
      game.step()
      if let radius = known[step] { #expect(abs(game.radius - radius) < 1e-5, "\(game.radius)") }
      if let radius = law[step] { #expect(abs(game.radius - radius) < 0.02 * radius) }
    }
  }
}
