import Rival

extension Problem {
  /// Handwritten digits, or anything in their format.
  ///
  /// A fifth of the images is kept back, so that of MNIST's 10,000 test images 2,000 are compared with: the null of the Fréchet distance is then
  /// 2.00, with a standard deviation of 0.09.
  public static let mnist = Problem(
    name: "mnist", summary: "Grey images of 28×28 in MNIST's files; a DCGAN with 64 and 128 channels.", batchSize: 64, rounds: 600,
    variants: imageVariants, dataInFolder: { IDXImages(folder: $0, heldOutFraction: 0.2) },
    composition: { ConvolutionalComposition(base: [7, 7], isOdd: [false, false]).gan(channels: 1) })

  /// The tricks that are compared on images by default.
  static let imageVariants = "baseline,r1-penalty,spectral-normalization,feature-matching,minibatch-discrimination"
}
