import Foundation
import Rival
import TemplatePlugin
import Testing

@Suite struct KnownAnswerTests {
  @Test func channelNormDividesByTheRootMeanSquare() throws {
    let network = try Network(
      name: "layer", layers: Sequential { ChannelNorm() }, inputShape: [2], key: Key(seed: 1))
    let output = try network(
      Tensor([3, 4, -1, 1], shape: [2, 2]), parameters: network.parameters, state: network.state, isTraining: false,
      randomKey: Key(seed: 2)
    ).output.scalars()
    let root = Float(12.5).squareRoot()
    for (value, expected) in zip(output, [3 / root, 4 / root, -1, 1]) { #expect(abs(value - expected) < 1e-6) }
  }

  @Test func channelNormNeedsChannels() throws {
    let error = #expect(throws: LayerError.self) {
      try Network(name: "layer", layers: Sequential { ChannelNorm() }, inputShape: [], key: Key(seed: 1))
    }
    #expect(error?.description.contains("Reshape([1])") == true)
  }

  @Test func pairedLossLooksAtDifferences() throws {
    let loss = PairedLoss()
    let (real, fake) = (Logits(Tensor([2, 0], shape: [2, 1])), Logits(Tensor([1, 1], shape: [2, 1])))
    let targets = Targets(real: .ones([2, 1]), fake: .zeros([2, 1]))
    let (right, wrong) = (Foundation.log(1 + Foundation.exp(-1.0)), Foundation.log(1 + Foundation.exp(1.0)))
    let expected = (right + wrong) / 2
    #expect(try abs(loss.discriminatorLoss(real: real, fake: fake, targets: targets).item() - expected) < 1e-6)
    let moved = Logits(Tensor([3, 1], shape: [2, 1]))
    let generator = try loss.generatorLoss(real: moved, fake: fake).item()
    #expect(abs(generator - (Foundation.log(1 + Foundation.exp(2.0)) + Foundation.log(2.0)) / 2) < 1e-6)
  }
}
