import Components
import Foundation
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

  /// `steps` vectors from one to another, both included, as likely on the way as at the ends.
  ///
  /// Normal vectors lie near a sphere, so the way is along an arc: sin((1 − t) ω) / sin ω · a + sin(t ω) / sin ω · b, where ω is the angle between
  /// a and b (Shoemake 1985; White 2016, Sampling generative networks, section 2.1). Uniform ones are mixed in a straight line.
  ///
  /// - Parameter steps: 2 or more.
  public func interpolated(from a: [Float], to b: [Float], steps: Int) -> [[Float]] {
    precondition(steps >= 2 && a.count == b.count, "two vectors of one size, and two steps or more")
    func product(_ x: [Float], _ y: [Float]) -> Double { zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    let lengths = (product(a, a) * product(b, b)).squareRoot()
    let angle = distribution == .normal && lengths > 0 ? acos(min(max(product(a, b) / lengths, -1), 1)) : 0
    return (0..<steps).map { step in
      let t = Double(step) / Double(steps - 1)
      // Along an arc that is none, or half a circle, which has no single arc, the straight line.
      let isArc = sin(angle) > 1e-6
      let (first, second) = isArc ? (sin((1 - t) * angle) / sin(angle), sin(t * angle) / sin(angle)) : (1 - t, t)
      if step == 0 { return a }
      if step == steps - 1 { return b }
      return zip(a, b).map { Float(first * Double($0) + second * Double($1)) }
    }
  }
}
