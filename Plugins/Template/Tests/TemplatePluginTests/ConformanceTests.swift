import Rival
import RivalTesting
import TemplatePlugin
import Testing

/// What Rival asks of every component of a kind, from its own kits.
@Suite struct ConformanceTests {
  @Test func historicalAveraging() throws {
    #expect(try HeuristicConformance.check(HistoricalAveraging(weight: 0.3)) == [])
  }

  @Test(arguments: [[6], [2, 2, 3]]) func pixelNorm(_ inputShape: [Int]) throws {
    #expect(try LayerConformance.check(PixelNorm(epsilon: 1e-4), inputShape: Shape(inputShape)) == [])
  }

  @Test func relativisticLoss() throws {
    #expect(try LossConformance.check(RelativisticLoss()) == [])
  }
}
