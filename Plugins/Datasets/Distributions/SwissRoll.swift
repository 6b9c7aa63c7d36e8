import Adversarial
import Components
import Datasets
import Foundation
import Networks
import Tensors

/// A spiral in the plane: one connected mode that is hard to follow. Samples have the shape `[2]`.
public struct SwissRoll: DataSource {
  public static let name = "swiss-roll"
  public static let summary = "Draws from a spiral with Gaussian noise."
  public static let equation =
    "x = (t cos t + noise * n1, t sin t + noise * n2) / scale, t = 3 pi / 2 * (1 + 2u), u ~ U(0, 1)"
  public static let reference = "Gulrajani et al. 2017, Improved Training of Wasserstein GANs, section 5.1 (toy data)"
  public static let fieldDescriptions = [
    "noise": "The standard deviation of the noise, before scaling, 0 or above; 0.25 by default",
    "scale": "What the coordinates are divided by, above 0; 7.5 by default, so that samples lie in about [-2, 2]",
  ]

  /// The standard deviation of the noise, before scaling, 0 or above; 0.25 by default.
  public var noise: Double
  /// What the coordinates are divided by, above 0; 7.5 by default, so that samples lie in about [-2, 2].
  public var scale: Double

  /// Creates the spiral; see the fields for units and ranges.
  public init(noise: Double = 0.25, scale: Double = 7.5) {
    self.noise = noise
    self.scale = scale
  }

  public init() {
    self.init(noise: 0.25)
  }

  public func validateFields() throws {
    try FieldCheck.notNegative(noise, "noise", of: name)
    try FieldCheck.positive(scale, "scale", of: name)
  }

  public func opened() throws -> any Samples {
    try validateFields()
    return SwissRollSamples(
      noise: noise, scale: scale, fingerprint: ContentDigest.hexadecimal(of: "\(name) \(noise) \(scale)"))
  }
}

/// Batches of ``SwissRoll``: sample `i` of batch `b` is made from Philox block `i` at step `b`.
private struct SwissRollSamples: Samples {
  let fields = [Field("samples", shape: [2])]
  let noise: Double
  let scale: Double
  let fingerprint: String

  func fill(_ batch: BatchMemory, index: Int, key: Key) {
    let buffer = batch.numbers(0)
    for place in 0..<batch.size {
      let words = key.words(block: place, step: index)
      let t = 1.5 * Double.pi * (1 + 2 * Draw.uniform(words.0))
      let (noiseX, noiseY) = Draw.normals(words.1, words.2)
      buffer[2 * place] = Float((t * cos(t) + noise * noiseX) / scale)
      buffer[2 * place + 1] = Float((t * sin(t) + noise * noiseY) / scale)
    }
  }
}
