import Rival

/// The baseline for square images: transposed convolutions up from 4×4 or 7×7, strided convolutions down to it.
///
/// Radford et al. 2016, section 3, with batch norm in the generator alone: in the discriminator it would mix the samples of a batch, and no penalty on
/// the gradient of each sample could be compared with the baseline. 64 channels at half the size of an image, twice as many for each further
/// halving, at most 256.
enum ConvolutionalComposition {
  /// The sizes that there is a composition for.
  static let sizes = "a power of two from 8 on, or 28, 56, 112, …"

  /// The channels of each size between the smallest and an image, from small to large, and the smallest size; `nil` where images of `size` have none.
  static func stages(size: Int) -> (base: Int, channels: [Int])? {
    for base in [4, 7] where size > base && size.isMultiple(of: base) {
      let factor = size / base
      guard factor & (factor - 1) == 0 else { continue }
      let count = factor.trailingZeroBitCount
      guard base == 4 || count > 1 else { continue }
      return (base, (0..<count).map { min(256, 64 << (count - 1 - $0)) })
    }
    return nil
  }

  /// The composition for images of `channels` whose sizes are those of `stages`.
  static func gan(base: Int, stages: [Int], channels: Int) -> GAN {
    let widest = stages.first ?? 64
    return GAN(latent: .normal(64)) {
      Generator {
        Dense(base * base * widest, usesBias: false)
        Reshape([base, base, widest])
        BatchNorm()
        ReLU()
        for width in stages.dropFirst() {
          ConvTranspose2D(width, kernel: 4, stride: 2, usesBias: false)
          BatchNorm()
          ReLU()
        }
        ConvTranspose2D(channels, kernel: 4, stride: 2)
        Tanh()
      }
      Discriminator {
        Conv2D(stages.last ?? 64, kernel: 4, stride: 2)
        LeakyReLU(0.2)
        for width in stages.reversed().dropFirst() {
          Conv2D(width, kernel: 4, stride: 2)
          LeakyReLU(0.2)
        }
        Flatten()
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 2e-4, beta1: 0.5)
      AlternatingUpdates(discriminatorSteps: 1)
    }
  }
}
