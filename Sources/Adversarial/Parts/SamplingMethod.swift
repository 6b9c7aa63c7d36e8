import Components
import Tensors

/// How latent vectors are chosen when a trained game is sampled from: truncated, rejected, moved. Training does not see it.
///
/// ```swift
/// let samples = try trainer.sample(100, by: TruncatedSampling(threshold: 0.5))
/// ```
public protocol SamplingMethod: Component {
  /// The latent vectors of `count` samples, row after row; sample `i` has the conditions of sample `i` in every call of ``SamplingRun/judged(_:)``.
  func latents(_ count: Int, in run: SamplingRun) throws -> [Float]
}

/// What a ``SamplingMethod`` works with.
public struct SamplingRun {
  /// What latent vectors are drawn from.
  public let latent: Latent
  /// The key of this draw; streams of one's own derive from it.
  public let key: Key
  let judge: ([Float]) throws -> (logits: [Float], slopes: [Float])

  /// Vectors as training draws them, from the stream `name`: row after row.
  public func drawn(_ count: Int, _ name: String) throws -> [Float] {
    try latent.drawn(count: count, key: key.derived(name)).tensor.scalars()
  }

  /// What the discriminator says of the samples that are made of latent vectors, a number each, and its derivatives by the vectors, row after row.
  ///
  /// - Throws: `NetworkError` where the game has no discriminator.
  public func judged(_ vectors: [Float]) throws -> (logits: [Float], slopes: [Float]) { try judge(vectors) }
}
