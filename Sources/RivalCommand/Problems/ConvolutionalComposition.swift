import Rival

/// The baseline for images: transposed convolutions up from 4 to 7 rows, strided convolutions down to them.
///
/// Radford et al. 2016, section 3, with batch norm in the generator alone: in the discriminator it would mix the samples of a batch, and no penalty on
/// the gradient of each sample could be compared with the baseline. 64 channels at half the size of an image, twice as many for each further
/// halving, at most 256. Where a size is odd, a 3×3 kernel without padding makes 2n + 1 rows of n; elsewhere a 4×4 one makes 2n.
struct ConvolutionalComposition {
  /// Rows and columns of the smallest maps.
  var base: [Int]
  /// Whether each doubling, from small to large, ends at an odd size.
  var isOdd: [Bool]

  /// A composition whose smallest maps are doubled as often as `isOdd` has elements; at least once.
  init(base: [Int], isOdd: [Bool]) {
    (self.base, self.isOdd) = (base, isOdd)
  }

  /// The channels behind each doubling but the last, and in front of the first: from small to large.
  private var widths: [Int] { isOdd.indices.map { min(256, 64 << (isOdd.count - 1 - $0)) } }

  /// The stages for images of that size.
  ///
  /// - Returns: `nil` where a side is below 8, or rows and columns are not odd together all the way.
  init?(height: Int, width: Int) {
    base = [height, width]
    isOdd = []
    while min(base[0], base[1]) > 7 {
      guard base[0] % 2 == base[1] % 2 else { return nil }
      isOdd.insert(base[0] % 2 == 1, at: 0)
      base = base.map { $0 / 2 }
    }
    guard !isOdd.isEmpty, min(base[0], base[1]) >= 4 else { return nil }
  }

  /// The composition for images of `channels`.
  func gan(channels: Int) -> GAN {
    let widths = widths
    func enlarging(_ filters: Int, _ isOdd: Bool, usesBias: Bool) -> ConvTranspose2D {
      ConvTranspose2D(filters, kernel: isOdd ? 3 : 4, stride: 2, padding: isOdd ? .valid : .same, usesBias: usesBias)
    }
    return GAN(latent: .normal(64)) {
      Generator {
        Dense(base[0] * base[1] * widths[0], usesBias: false)
        Reshape(base + [widths[0]])
        BatchNorm()
        ReLU()
        for (width, isOdd) in zip(widths.dropFirst(), isOdd) {
          enlarging(width, isOdd, usesBias: false)
          BatchNorm()
          ReLU()
        }
        enlarging(channels, isOdd[isOdd.count - 1], usesBias: true)
        Tanh()
      }
      Discriminator {
        for width in widths.reversed() {
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
