import Components
import Foundation
import Layers
import Networks
import Tensors
import Testing

/// The exact texts that a user sees.
@Suite("Errors of layers and networks")
struct LayerErrorTests {
  @Test func wrongShapeNamesLineShapesAndRemedy() {
    let start = #line
    let text = failureText {
      _ = try network([1, 28, 28]) {
        Reshape([28, 28, 1])
        Conv2D(32, kernel: 4, stride: 2)
        LeakyReLU(0.2)
        Conv2D(64, kernel: 4, stride: 2, padding: .valid)
        Dense(1)
      }
    }
    #expect(
      text == """
        NetworksTests/LayerErrorTests.swift:\(start + 7): layer 4 dense cannot take [N, 6, 6, 64]: it needs vectors [N, features]
          layers so far:
            0  reshape(shape: [28 28 1])  [N, 1, 28, 28] → [N, 28, 28, 1]
            1  conv2d(filters: 32, stride: 2)  [N, 28, 28, 1] → [N, 14, 14, 32]
            2  leaky-relu  [N, 14, 14, 32] → [N, 14, 14, 32]
            3  conv2d(padding: valid, stride: 2)  [N, 14, 14, 32] → [N, 6, 6, 64]
          try: put Flatten() before it
        """)
  }

  /// The cause and the remedy of a layer that is built on samples of the given shape.
  private func complaint(_ layer: any Layer, on shape: Shape) -> [String] {
    let text = failureText { _ = try network(shape) { layer } }
    guard let colon = text.range(of: "]: ") else { return [text] }
    return text[colon.upperBound...].split(separator: "\n").map(String.init)
  }

  static let complaints: [(any Layer, Shape, [String])] = [
    (Dense(3), [2, 2, 4], ["it needs vectors [N, features]", "  try: put Flatten() before it"]),
    (Dense(3), [], ["it needs vectors [N, features]", "  try: put Reshape([1]) before it"]),
    (MinibatchDiscrimination(), [2, 2], ["it needs vectors [N, features]", "  try: put Flatten() before it"]),
    (
      Conv2D(8), [784],
      ["it needs images [N, height, width, channels]", "  try: put Reshape([28, 28, 1]) before it"]
    ),
    (
      ConvTranspose2D(8), [3072],
      ["it needs images [N, height, width, channels]", "  try: put Reshape([32, 32, 3]) before it"]
    ),
    (
      Upsample(2), [100],
      ["it needs images [N, height, width, channels]", "  try: put Reshape([10, 10, 1]) before it"]
    ),
    (
      GlobalAveragePool(), [7],
      ["it needs images [N, height, width, channels]", "  try: put Reshape([height, width, channels]) before it"]
    ),
    (
      MaxPool(2), [5, 6], ["it needs images [N, height, width, channels]", "  try: put Reshape([5, 6, 1]) before it"]
    ),
    (
      AveragePool(4), [3, 5, 1],
      ["a 4×4 window does not fit into 3×5 images", "  try: use a window of at most 3, or leave the layer out"]
    ),
    (
      Conv2D(8, kernel: 5, padding: .valid), [4, 6, 1],
      [
        "convolution: a 5×5 kernel does not fit into 4×6 images",
        "  try: use padding: .same, or a kernel of at most 4",
      ]
    ),
    (
      Reshape([3, 3]), [10],
      ["a sample of 10 numbers does not fill [3, 3]", "  try: put Dense(9) before it"]
    ),
    (
      Reshape([3, 3]), [2, 5],
      ["a sample of 10 numbers does not fill [3, 3]", "  try: choose sizes whose product is 10"]
    ),
    (Reshape([3, -1]), [10], ["a sample of 10 numbers does not fill [3, -1]"]),
    (
      BatchNorm(), [],
      ["it needs a channel dimension, as in [N, channels]", "  try: put Reshape([1]) before it"]
    ),
    (
      LayerNorm(), [],
      ["it needs a channel dimension, as in [N, channels]", "  try: put Reshape([1]) before it"]
    ),
    (
      MinibatchStandardDeviation(), [],
      ["it needs a channel dimension, as in [N, channels]", "  try: put Reshape([1]) before it"]
    ),
  ]

  @Test(arguments: LayerErrorTests.complaints)
  func causesAndRemedies(layer: any Layer, shape: Shape, expected: [String]) {
    #expect(complaint(layer, on: shape) == expected)
  }

  @Test("Each remedy that names a layer with all its sizes cures")
  func remediesCure() throws {
    #expect(
      try network([2, 2, 4]) {
        Flatten()
        Dense(3)
      }.outputShape == [3])
    #expect(
      try network([784]) {
        Reshape([28, 28, 1])
        Conv2D(8)
      }.outputShape == [28, 28, 8])
    #expect(
      try network([10]) {
        Dense(9)
        Reshape([3, 3])
      }.outputShape == [3, 3])
    #expect(
      try network([]) {
        Reshape([1])
        BatchNorm()
      }.outputShape == [1])
  }

  @Test func oneSampleCannotTrainBatchNorm() throws {
    let network = try network([2]) { BatchNorm() }
    let text = failureText { _ = try network.run(.ones([1, 2])) }
    #expect(
      text.hasSuffix(
        """
        layer 0 batch-norm cannot take [N, 2]: one value for each channel has no variance to train with
          try: train with at least 2 samples in a batch
        """))
    #expect(try network.run(.ones([1, 2]), isTraining: false).output.shape == [1, 2])
  }

  static let wrongLayers: [(any Layer, String)] = [
    (Dense(0), "dense: field 'units' is 0, but must be a whole number of at least 1"),
    (Conv2D(0), "conv2d: field 'filters' is 0, but must be a whole number of at least 1"),
    (Conv2D(1, kernel: 0), "conv2d: field 'kernel' is 0, but must be a whole number of at least 1"),
    (Conv2D(1, stride: 0), "conv2d: field 'stride' is 0, but must be a whole number of at least 1"),
    (Conv2D(1, dilation: 0), "conv2d: field 'dilation' is 0, but must be a whole number of at least 1"),
    (ConvTranspose2D(0), "conv-transpose2d: field 'filters' is 0, but must be a whole number of at least 1"),
    (
      ConvTranspose2D(1, kernel: -1), "conv-transpose2d: field 'kernel' is -1, but must be a whole number of at least 1"
    ),
    (ConvTranspose2D(1, stride: 0), "conv-transpose2d: field 'stride' is 0, but must be a whole number of at least 1"),
    (BatchNorm(momentum: 0), "batch-norm: field 'momentum' is 0.0, but must be a number in (0, 1]"),
    (BatchNorm(momentum: 0.1, epsilon: 0), "batch-norm: field 'epsilon' is 0.0, but must be a positive number"),
    (LayerNorm(epsilon: -1), "layer-norm: field 'epsilon' is -1.0, but must be a positive number"),
    (Dropout(1), "dropout: field 'rate' is 1.0, but must be a number in [0, 1)"),
    (Dropout(.nan), "dropout: field 'rate' is nan, but must be a number in [0, 1)"),
    (Reshape([0]), "reshape: field 'shape' is [0], but must be a list of sizes of at least 1, of which one may be -1"),
    (
      Reshape([-1, -1]),
      "reshape: field 'shape' is [-1, -1], but must be a list of sizes of at least 1, of which one may be -1"
    ),
    (Upsample(0), "upsample: field 'factor' is 0, but must be a whole number of at least 1"),
    (MaxPool(0), "max-pool: field 'window' is 0, but must be a whole number of at least 1"),
    (AveragePool(2, stride: 0), "average-pool: field 'stride' is 0, but must be a whole number of at least 1"),
    (LeakyReLU(-0.1), "leaky-relu: field 'slope' is -0.1, but must be a number of at least 0"),
    (ELU(.infinity), "elu: field 'alpha' is inf, but must be a number of at least 0"),
    (
      MinibatchDiscrimination(kernels: 0),
      "minibatch-discrimination: field 'kernels' is 0, but must be a whole number of at least 1"
    ),
    (
      MinibatchDiscrimination(kernels: 1, dimensions: 0),
      "minibatch-discrimination: field 'dimensions' is 0, but must be a whole number of at least 1"
    ),
    (
      MinibatchStandardDeviation(epsilon: 0),
      "minibatch-standard-deviation: field 'epsilon' is 0.0, but must be a positive number"
    ),
    (Position(0), "position: field 'size' is 0, but must be a whole number of at least 1"),
    (Position(1, initial: .nan), "position: field 'initial' is nan, but must be a finite number"),
  ]

  @Test(arguments: LayerErrorTests.wrongLayers)
  func wrongFields(layer: any Layer, expected: String) {
    #expect(failureText { try layer.validateFields() } == expected)
  }

  @Test func wrongFieldNamesItsLineWhenTheModelIsBuilt() {
    let start = #line
    let text = failureText {
      _ = try network([3]) {
        Dense(4)
        Sequential {
          Dropout(1.5)
        }
      }
    }
    #expect(
      text
        == "NetworksTests/LayerErrorTests.swift:\(start + 5): layer 0 dropout: field 'rate' is 1.5, but must be a number in [0, 1)"
    )
  }

  @Test func noLayers() {
    #expect(
      failureText { _ = try network([3]) {} }
        == "the network has no layers; write at least one, such as Dense(1), into its block")
  }

  @Test func forgottenBatchDimension() {
    struct Forgetful: Layer {
      static let name = "forgetful"
      static let summary = "Sums everything."
      func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x.sum() }
    }
    #expect(
      failureText { _ = try network([3]) { Forgetful() } }
        == "the network turns a batch of 2 samples into a tensor of shape []: its first dimension must count samples")
  }
}
