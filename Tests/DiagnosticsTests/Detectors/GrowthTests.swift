import Foundation
import Rival
import Testing

@Suite struct GrowthTests {
  @Test func divergenceOfADiracGame() throws {
    var game = DiracPlayers(.wasserstein, .simultaneous, rate: 0.1)
    let norms = (0..<500).map { _ in
      game.step()
      return game.radius
    }
    let growth = try Growth(norms)
    #expect(abs(growth.rate - 0.0049751654) < 1e-9)
    #expect(abs(growth.factor - 1.00498756) < 1e-8)
    #expect(abs((growth.doublingTime ?? 0) - 139.32) < 0.005)
    #expect(growth.shape == .exponentialGrowth && growth.halvingTime == nil)
    // The same per step where records are sparse.
    let sparse = try Growth(stride(from: 0, to: 500, by: 25).map { norms[$0] }, steps: Array(stride(from: 0, to: 500, by: 25)))
    #expect(abs(sparse.rate - 0.0049751654) < 1e-9)
  }

  @Test func sublinearConvergenceIsNotExponential() throws {
    var game = DiracPlayers(.nonSaturating, .alternating, rate: 0.1)
    // The mean over a turn, since the radius itself wobbles.
    let norms = (0..<4000).map { _ in
      game.step()
      return game.radius
    }
    let slow = try Growth(norms)
    #expect(slow.shape == .slowingDecay)
    let fast = try Growth((0..<400).map { pow(0.995, Double($0)) })
    #expect(fast.shape == .exponentialDecay && abs((fast.halvingTime ?? 0) - log(2) / -log(0.995)) < 1e-9)
    #expect(try Growth((1...400).map { Double($0).squareRoot() }).shape == .slowingGrowth)
  }

  @Test func steadyNormsDoNotGrow() throws {
    let found = (0..<100).count { seed in
      (try? Growth(Series.redNoise(300, rho: 0.9, seed: seed).map { exp(0.1 * $0) }).shape) != .steady
    }
    #expect(found <= 6, "\(found)")
    #expect(throws: DiagnosticsError.self) { try Growth([1, 2, 3, 4, 0, 6, 7, 8]) }
    #expect(throws: DiagnosticsError.self) { try Growth([1, 2]) }
  }
}
