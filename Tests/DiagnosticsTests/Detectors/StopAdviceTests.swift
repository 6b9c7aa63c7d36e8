import Rival
import Testing

@Suite struct StopAdviceTests {
  private func steps(_ count: Int) -> [Int] { (0..<count).map { 1000 * $0 } }

  @Test func improvingMetricGoesOn() throws {
    let values = Series.noise(40, seed: 1, deviation: 0.2).enumerated().map { 10 - 0.2 * Double($0) + $1 }
    let advice = try StopAdvice(steps: steps(40), values: values)
    #expect(advice.verdict == .improving && advice.action == .proceed && advice.evaluationsSinceBest < 4)
    #expect(advice.tail?.direction == .falling && advice.tailCount == 20)
    #expect(abs((advice.tail?.slope.estimate ?? 0) + 0.0002) < 0.00005)
  }

  @Test func plateauStopsAtTheEndOfPatience() throws {
    let values = (0..<20).map { 10 - 0.4 * Double($0) } + Series.noise(25, seed: 2, deviation: 0.05).map { 2.6 + $0 }
    let advice = try StopAdvice(steps: steps(45), values: values)
    #expect(advice.verdict == .plateau && advice.bestStep == 19_000 && abs(advice.bestValue - 2.4) < 1e-12)
    #expect(advice.evaluationsSinceBest == 25 && advice.action == .stop)
    #expect(try StopAdvice(steps: steps(45), values: values, patience: 30).action == .proceed)
  }

  @Test func worseningScoreGoesBack() throws {
    let values = (0..<15).map { 0.05 * Double($0) } + (0..<20).map { 0.7 - 0.02 * Double($0) }
    let advice = try StopAdvice(steps: steps(35), values: values, goal: .higher)
    #expect(advice.verdict == .worsening && advice.action == .rollBack)
    #expect((14_000...15_000).contains(advice.bestStep) && advice.tail?.direction == .falling)
  }

  @Test func luckyValueIsNotTheSteadyBest() throws {
    var values = [9.0, 8, 7, 6, 5, 4, 3, 3, 3, 4]
    values[1] = 2
    let advice = try StopAdvice(steps: steps(10), values: values)
    #expect(advice.bestStep == 1000 && advice.steadyBestStep == 7000)
  }

  @Test func fewEvaluationsSayNothing() throws {
    let advice = try StopAdvice(steps: [5], values: [1])
    #expect(advice.verdict == .tooFew && advice.action == .proceed && advice.tail == nil && advice.steadyBestStep == 5)
    #expect(try StopAdvice(steps: [1, 2, 3], values: [1, 1, 1]).bestStep == 1)
    #expect(throws: DiagnosticsError.self) { try StopAdvice(steps: [], values: []) }
    #expect(throws: DiagnosticsError.self) { try StopAdvice(steps: [2, 1], values: [1, 2]) }
  }
}
