import Foundation
import MetricParts
import Metrics
import Tensors
import Testing

@Suite struct ClassProbabilityErrorTests {
  /// Rows (a, 1 − a) whose a is spread evenly over [0.05, 0.95].
  private static func rows(_ count: Int, key: Key) -> [Double] {
    RandomOrder.uniform(count: count, key: key).flatMap { [0.05 + 0.9 * $0, 0.95 - 0.9 * $0] }
  }

  @Test func theStandardErrorIsTheSpreadOverDraws() throws {
    let score = ClassProbabilityScore()
    var (values, errors) = ([Double](), [Double]())
    for draw in 0..<400 {
      let rows = Self.rows(300, key: Key(seed: 7).derived(draw))
      values.append(try score.score(probabilities: rows, classes: 2).mean)
      errors.append(try #require(try score.standardError(probabilities: rows, classes: 2)))
    }
    // The spread of 400 draws is known to 4 %; three times that.
    let ratio = Statistics.mean(errors) / Statistics.standardDeviation(values)
    #expect(ratio > 0.88 && ratio < 1.12, "\(ratio)")
  }

  @Test func equalRowsHaveNoError() throws {
    let rows = (0..<10).flatMap { _ in [0.25, 0.75] }
    #expect(try #require(try ClassProbabilityScore().standardError(probabilities: rows, classes: 2)) < 1e-12)
    #expect(try ClassProbabilityScore().standardError(probabilities: [0.5, 0.5], classes: 2) == nil)
    #expect(throws: MetricError.self) { try ClassProbabilityScore().standardError(probabilities: [0.9, 0.2], classes: 2) }
  }
}
