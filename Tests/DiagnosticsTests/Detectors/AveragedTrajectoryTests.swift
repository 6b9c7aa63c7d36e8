import Foundation
import Rival
import Testing

@Suite struct AveragedTrajectoryTests {
  @Test func cyclesMoveMoreThanTheirAverage() throws {
    var game = DiracPlayers(.wasserstein, .alternating, rate: 0.1)
    let points = (0..<1000).map { _ in
      game.step()
      return [game.theta, game.psi]
    }
    let trace = try AveragedTrajectory(points)
    #expect(trace.movementRatio < 0.03 && abs(trace.radius - 2.0.squareRoot()) < 0.1, "\(trace)")
    #expect(abs(trace.radiusRate ?? 1) < 1e-4)
  }

  @Test func growthOfTheRadius() throws {
    var game = DiracPlayers(.wasserstein, .simultaneous, rate: 0.1)
    let points = (0..<2000).map { _ in
      game.step()
      return [game.theta, game.psi]
    }
    // The average lags behind by a share that falls with time: the slope is that of the radius to some percent.
    #expect(abs((try AveragedTrajectory(points).radiusRate ?? 0) - 0.0049751654) < 2e-4)
  }

  @Test func drifts() throws {
    // On a straight line the average over all moves half as far; an exponential one keeps its distance, (1 − share)/share.
    let line = (0..<400).map { [3 * Double($0), 4 * Double($0)] }
    #expect(abs(try AveragedTrajectory(line).movementRatio - 0.5) < 1e-9)
    let exponential = try AveragedTrajectory(line, decay: 0.9)
    #expect(abs(exponential.movementRatio - 1) < 1e-6 && abs(exponential.radius - 45) < 1e-4)
    let still = try AveragedTrajectory(Array(repeating: [1, 2], count: 20))
    #expect(still.movementRatio == 0 && still.radius == 0 && still.radiusRate == nil)
    #expect(throws: DiagnosticsError.self) { try AveragedTrajectory([[1], [2]]) }
    #expect(throws: DiagnosticsError.self) { try AveragedTrajectory((0..<20).map { $0 == 7 ? [1, 2] : [1] }) }
  }
}
