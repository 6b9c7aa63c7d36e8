import Components
import Networks
import Tensors

/// The distribution of the generator's inputs.
public struct Latent: Sendable, Hashable, Codable {
  public enum Distribution: String, Sendable, Codable, CaseIterable {
    /// Independent standard normal numbers.
    case normal
    /// Independent uniform numbers in [−1, 1).
    case uniform
  }

  public var distribution: Distribution
  /// How many numbers a latent vector has.
  public var size: Int

  public init(_ distribution: Distribution, size: Int) {
    self.distribution = distribution
    self.size = size
  }

  /// `size` independent standard normal numbers.
  public static func normal(_ size: Int) -> Latent { Latent(.normal, size: size) }
  /// `size` independent uniform numbers in [−1, 1).
  public static func uniform(_ size: Int) -> Latent { Latent(.uniform, size: size) }

  /// Draws `count` vectors: `[count, size]`.
  public func drawn(count: Int, key: Key, step: Tensor? = nil, dtype: DType = .float32) -> Latents {
    switch distribution {
    case .normal: Latents(randomNormal([count, size], key: key, step: step, dtype: dtype))
    case .uniform: Latents(randomUniform([count, size], in: -1..<1, key: key, step: step, dtype: dtype))
    }
  }
}
