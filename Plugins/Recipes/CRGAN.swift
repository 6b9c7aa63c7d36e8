import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// A discriminator that judges an image and its shifted copy alike, on the networks of SNGAN.
public struct CRGAN: Recipe {
  public static let name = "cr-gan"
  public static let summary = "Consistency regularization of real images, on SNGAN."
  public static let reference = "Zhang et al. 2020, section 3"
  public static let fieldDescriptions = [
    "discriminatorWidth": "Channels of the discriminator's blocks", "generatorWidth": "Channels of the generator's blocks",
  ]
  public static let deviations = ["the mean of each channel goes into the last layer, not the sum"]

  /// Channels of the generator's blocks.
  public var generatorWidth = 256
  /// Channels of the discriminator's blocks.
  public var discriminatorWidth = 128

  public init() {}

  public static var small: CRGAN {
    CRGAN().setting {
      $0.generatorWidth = 32
      $0.discriminatorWidth = 32
    }
  }
  public var paperFields: [Field] { Field.colors(32) }
  public var batchSize: Int { 64 }

  public func validateFields() throws {
    try requirePositive("generatorWidth", generatorWidth)
    try requirePositive("discriminatorWidth", discriminatorWidth)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let networks = ResidualNetworks(
      shape: try ImageShape(of: fields, for: self), generatorWidth: generatorWidth, discriminatorWidth: discriminatorWidth)
    return GAN(latent: .normal(128)) {
      Generator { networks.generator() }
      Discriminator {
        networks.blocks
        Dense(1, usesBias: false)
      }
      HingeLoss()
      SpectralNormalization()
      Adam(learningRate: 2e-4, beta1: 0, beta2: 0.9)
      AlternatingUpdates(discriminatorSteps: 5)
      ConsistencyRegularization(weight: 10)
    }
  }
}
