import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// Latent vectors take a step up the discriminator before they are used, on the networks of SNGAN.
public struct LOGAN: Recipe {
  public static let name = "logan"
  public static let summary = "Latent optimization by the natural gradient."
  public static let reference = "Wu et al. 2019, algorithm 1"
  public static let fieldDescriptions = [
    "discriminatorWidth": "Channels of the discriminator's blocks", "generatorWidth": "Channels of the generator's blocks",
  ]
  public static let deviations = ["the networks are SNGAN's; the paper's are BigGAN's, and DCGAN's for CIFAR-10"]

  /// Channels of the generator's blocks.
  public var generatorWidth = 256
  /// Channels of the discriminator's blocks.
  public var discriminatorWidth = 128

  public init() {}

  public static var small: LOGAN {
    LOGAN().setting {
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
      LatentOptimization(rate: 0.9)
    }
  }
}
