/// How much of a gradient is signal: the gradient noise scale from batches of two sizes (McCandlish et al. 2018, "An Empirical Model of
/// Large-Batch Training", appendix A.1).
public struct GradientNoise: Sendable, Equatable {
  /// An unbiased estimate of the true gradient's squared norm; it can come out negative.
  public let signal: Double
  /// An unbiased estimate of the trace of the gradient's covariance for one sample.
  public let noise: Double

  /// noise/signal: the batch size at which both are equal; `nil` where the signal is not above 0, so that no batch would do.
  public var scale: Double? { signal > 0 ? noise / signal : nil }

  /// Takes both apart.
  ///
  /// Single steps give noisy estimates: average the squared norms over many steps first, not the results.
  ///
  /// - Parameters:
  ///   - smallBatch: the size of the smaller batch, at least 1.
  ///   - smallSquaredNorm: the mean of ‖g‖² over smaller batches.
  ///   - largeBatch: the size of the larger batch.
  ///   - largeSquaredNorm: the mean of ‖g‖² over larger batches.
  public init(smallBatch: Int, smallSquaredNorm: Double, largeBatch: Int, largeSquaredNorm: Double) {
    precondition(0 < smallBatch && smallBatch < largeBatch, "the noise scale needs two batch sizes, the smaller one first")
    let (small, large) = (Double(smallBatch), Double(largeBatch))
    signal = (large * largeSquaredNorm - small * smallSquaredNorm) / (large - small)
    noise = (smallSquaredNorm - largeSquaredNorm) / (1 / small - 1 / large)
  }

  /// Takes both apart by the gradients of a batch's halves.
  ///
  /// - Parameters:
  ///   - halves: the gradients of the mean loss over each half, of one length.
  ///   - batch: the size of the whole batch, even and at least 2.
  public init(halves: ([Float], [Float]), batch: Int) {
    precondition(batch >= 2 && batch.isMultiple(of: 2), "halves need an even batch")
    precondition(halves.0.count == halves.1.count, "the halves' gradients must have one length")
    let (a, b) = (VectorSignals.dot(halves.0, halves.0), VectorSignals.dot(halves.1, halves.1))
    let product = VectorSignals.dot(halves.0, halves.1)
    // The whole batch's gradient is the mean of the halves'.
    self.init(
      smallBatch: batch / 2, smallSquaredNorm: (a + b) / 2, largeBatch: batch, largeSquaredNorm: (a + b + 2 * product) / 4)
  }
}
