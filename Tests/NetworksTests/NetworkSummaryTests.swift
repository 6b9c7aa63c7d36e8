import Rival
import Testing

/// Shapes, parameters and operations against what one counts by hand.
@Suite struct NetworkSummaryTests {
  @Test func denseAndConvolutionalLayers() throws {
    let layers = Sequential {
      Dense(4 * 4 * 3, usesBias: false)
      Reshape([4, 4, 3])
      ReLU()
      ConvTranspose2D(5, kernel: 4, stride: 2)
      Conv2D(2, kernel: 3, stride: 2)
      Flatten()
      Dense(1)
    }
    let network = try Network(name: "n", layers: layers, inputShape: [10], key: Key(seed: 1))
    let summary = try NetworkSummary(network)
    #expect(
      summary.rows.map(\.path) == ["00_dense", "01_reshape", "02_relu", "03_conv_transpose2d", "04_conv2d", "05_flatten", "06_dense"])
    #expect(summary.rows.map(\.outputShape) == [[48], [4, 4, 3], [4, 4, 3], [8, 8, 5], [4, 4, 2], [32], [1]])
    #expect(summary.rows.map(\.parameterCount) == [480, 0, 0, 245, 92, 0, 33])
    // Two for each product: 10·48; 16·16·3·5 of the transposed convolution, and one for each of its 320 biases; 16·9·5·2; 32 and a bias.
    #expect(summary.rows.map(\.operationCount) == [960, 0, 48, 2 * 3_840 + 320, 2 * 1_440 + 32, 0, 64 + 1])
    #expect(summary.parameterCount == 850 && summary.operationCount == 960 + 48 + 8_000 + 2_912 + 65)
  }
}
