import Layers
import Networks

/// The residual networks of Miyato et al. 2018, table 4, that later work began from: blocks that double images, blocks that halve them.
struct ResidualNetworks {
  let shape: ImageShape
  /// Channels of the generator.
  let generatorWidth: Int
  /// Channels of the discriminator.
  let discriminatorWidth: Int

  /// - Parameter condition: what each normalization's scale and shift depend on; nothing where it is `nil`.
  @LayerBuilder func generator(condition: String? = nil) -> [PlacedLayer] {
    Dense(shape.base * shape.base * generatorWidth)
    Reshape([shape.base, shape.base, generatorWidth])
    for _ in 0..<shape.doublings {
      GeneratorBlock(generatorWidth, normalization: condition == nil ? .batch : .conditionalBatch, condition: condition ?? "label")
    }
    BatchNorm()
    ReLU()
    Conv2D(shape.channels, kernel: 3)
    Tanh()
  }

  /// The blocks in front of the last layer: two that halve the images, more where these are larger, then two that do not.
  @LayerBuilder var blocks: [PlacedLayer] {
    DiscriminatorBlock(discriminatorWidth, isFirst: true)
    for _ in 1..<max(2, shape.doublings - 1) { DiscriminatorBlock(discriminatorWidth) }
    for _ in 0..<2 { DiscriminatorBlock(discriminatorWidth, downsamples: false) }
    ReLU()
    GlobalAveragePool()
  }
}
