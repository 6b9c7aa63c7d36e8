import Layers
import Networks

/// The networks of Radford et al. 2016, as their code has them: transposed convolutions up from one pixel, convolutions down to one.
///
/// `width` channels stand at half the size of an image, twice as many at each further halving. All kernels are 4 × 4, begin normal with
/// standard deviation 0.02, and have no bias.
struct ConvolutionalNetworks {
  let shape: ImageShape
  let width: Int
  private let normal = Initializer.normal(standardDeviation: 0.02)

  /// The channels of the maps between, from the largest to the smallest.
  private var widths: [Int] { (0..<shape.doublings).map { width << $0 } }

  @LayerBuilder func generator(latent: Int, normalized: Bool = true) -> [PlacedLayer] {
    Reshape([1, 1, latent])
    for (index, filters) in widths.reversed().enumerated() {
      ConvTranspose2D(
        filters, kernel: index == 0 ? shape.base : 4, stride: index == 0 ? 1 : 2, padding: index == 0 ? .valid : .same,
        usesBias: !normalized,
        initializer: normal)
      if normalized { BatchNorm() }
      ReLU()
    }
    ConvTranspose2D(shape.channels, kernel: 4, stride: 2, usesBias: false, initializer: normal)
    Tanh()
  }

  @LayerBuilder func discriminator(normalized: Bool = true) -> [PlacedLayer] {
    for (index, filters) in widths.enumerated() {
      Conv2D(filters, kernel: 4, stride: 2, usesBias: !normalized && index > 0, initializer: normal)
      if normalized, index > 0 { BatchNorm() }
      LeakyReLU(0.2)
    }
    Conv2D(1, kernel: shape.base, padding: .valid, usesBias: false, initializer: normal)
    Flatten()
  }
}
