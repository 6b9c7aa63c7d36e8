import Components
import Layers
import Networks
import Tensors
import Testing

/// What layers' papers say that they do not look at, or leave as it is.
@Suite("Invariances of layers")
struct LayerInvarianceTests {
  private let images = randomNormal([2, 4, 4, 4], key: Key(seed: 3))

  /// The layer's output for `x`, with its parameters moved away from their first values.
  private func run(_ layer: any Layer, _ x: Tensor) throws -> Tensor {
    let network = try network(Shape(Array(x.shape.dimensions.dropFirst()))) { layer }
    let moved = network.parameters.mapped { $1 + 0.3 * randomNormal($1.shape, key: Key(seed: 4).derived($0)) }
    return try network(x, parameters: moved, state: network.state, isTraining: true, randomKey: Key(seed: 1)).output
  }

  private func expectSame(_ left: Tensor, _ right: Tensor, _ what: String, tolerance: Double = 1e-4) throws {
    #expect(left.shape == right.shape, "\(what)")
    expectNear(try left.doubles(), try right.doubles(), tolerance: tolerance, what)
  }

  @Test("Group norm: no scale and shift of a sample's group shows", arguments: [1, 2, 4])
  func groups(count: Int) throws {
    let factors = Tensor([2, 2, 0.5, 0.5].map { count == 1 ? 2 : $0 }, shape: [4])
    let shifts = Tensor([3, 3, -1, -1].map { count == 1 ? 3 : $0 }, shape: [4])
    try expectSame(run(GroupNorm(count), images * factors + shifts), run(GroupNorm(count), images), "group norm", tolerance: 1e-3)
  }

  @Test("Instance norm: no scale and shift of a channel of an image shows")
  func instances() throws {
    let factors = Tensor([2, 3, 0.5, 1, 1, 4, 2, 0.5], shape: [2, 1, 1, 4])
    try expectSame(run(InstanceNorm(), images * factors - 2 * factors), run(InstanceNorm(), images), "instance norm", tolerance: 1e-3)
  }

  @Test("Pixel norm: no scale of a pixel shows, and its mean square is 1")
  func pixels() throws {
    let output = try run(PixelNorm(), images)
    try expectSame(run(PixelNorm(), images * 7), output, "pixel norm")
    expectNear(try square(output).mean(axes: [3]).doubles(), Array(repeating: 1, count: 32), tolerance: 1e-5, "mean square")
  }

  @Test("Self-attention: where a pixel stands does not matter, and at first it changes nothing")
  func attention() throws {
    let turned = images.transposed([0, 2, 1, 3]).reversed(axes: [1])
    let layer = SelfAttention(reduction: 2, valueReduction: 2)
    try expectSame(run(layer, turned), run(layer, images).transposed([0, 2, 1, 3]).reversed(axes: [1]), "self-attention")
    let fresh = try network([4, 4, 4]) { layer }.run(images).output
    #expect(try fresh.scalars() == images.scalars())
  }

  @Test("Pixels that become channels become the same pixels again", arguments: [2, 4])
  func shuffles(factor: Int) throws {
    let network = try network([4, 4, 4]) {
      PixelUnshuffle(factor)
      PixelShuffle(factor)
    }
    #expect(try network.run(images).output.scalars() == images.scalars())
  }

  @Test("Filters keep what is constant, away from the border")
  func constants() throws {
    let flat = Tensor(0.75, shape: [1, 8, 8, 1])
    for (layer, inside) in [(Blur() as any Layer, 3..<5), (FilteredUpsample(), 4..<12), (FilteredDownsample(), 1..<3)] {
      let output = try run(layer, flat).sliced(axis: 1, inside).sliced(axis: 2, inside)
      expectNear(try output.doubles(), Array(repeating: 0.75, count: output.elementCount), tolerance: 1e-6, layer.name)
    }
    let enlarged = try run(BilinearUpsample(3), flat)
    expectNear(try enlarged.doubles(), Array(repeating: 0.75, count: enlarged.elementCount), tolerance: 1e-6, "bilinear")
  }

  @Test("Modulated convolution: demodulated outputs do not know how large the style's scale is")
  func modulation() throws {
    let layer = ModulatedConv2D(3, usesBias: false)
    let style = Field("style", shape: [2])
    let network = try Network(name: "n", layers: Sequential { layer }, inputShape: [4, 4, 4], fields: [style], key: Key(seed: 1))
    func output(_ factor: Double) throws -> Tensor {
      var weights = network.parameters
      for name in ["style_weight", "style_bias"] {
        let path = "00_modulated_conv2d/\(name)"
        weights[path] = try #require(weights[path]) * factor
      }
      let given: Batch = [Batch.Entry(style, Tensor([0.5, -1, 2, 0.25], shape: [2, 2]))]
      return try network(images, parameters: weights, state: network.state, conditions: given, isTraining: true, randomKey: Key(seed: 1))
        .output
    }
    try expectSame(output(5), output(1), "demodulation")
  }

  @Test("A block of R3GAN begins as the identity")
  func bottleneck() throws {
    let network = try network([4, 4, 4]) { BottleneckBlock(groups: 2, depth: 4) }
    #expect(try network.run(images).output.scalars() == images.scalars())
    let kernel = try #require(network.parameters["00_bottleneck_block/path/02_grouped_conv2d/kernel"]).doubles()
    // √(2 / 1.04) · 4^-¼ / √(3 · 3 · 8 / 2).
    let deviation = (kernel.reduce(0) { $0 + $1 * $1 } / Double(kernel.count)).squareRoot()
    #expect(abs(deviation / ((2 / 1.04).squareRoot() / 2.0.squareRoot() / 6) - 1) < 0.15, "\(deviation)")
  }

  @Test("A depthwise convolution is a convolution of each channel by itself")
  func depthwise() throws {
    let network = try network([4, 4, 4]) { GroupedConv2D(4, groups: 0, usesBias: false) }
    let kernel = try #require(network.parameters["00_grouped_conv2d/kernel"])
    let output = try network.run(images).output
    let each = (0..<4).map { channel in
      convolution(images.sliced(axis: 3, channel..<(channel + 1)), kernel.sliced(axis: 3, channel..<(channel + 1)), padding: .same)
    }
    try expectSame(output, concatenated(each, axis: 3), "depthwise", tolerance: 1e-5)
  }
}
