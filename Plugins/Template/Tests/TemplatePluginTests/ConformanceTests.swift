import Rival
import RivalTesting
import TemplatePlugin
import Testing

/// What Rival asks of every component of a kind, from its own kits.
@Suite struct ConformanceTests {
  @Test func pastAveraging() throws {
    let violations = try HeuristicConformance.check(PastAveraging(weight: 0.3))
    #expect(violations == [])
  }

  @Test(arguments: [[6], [2, 2, 3]]) func channelNorm(_ inputShape: [Int]) throws {
    let violations = try LayerConformance.check(ChannelNorm(epsilon: 1e-4), inputShape: Shape(inputShape))
    #expect(violations == [])
  }

  @Test func pairedLoss() throws {
    let violations = try LossConformance.check(PairedLoss())
    #expect(violations == [])
  }
}
