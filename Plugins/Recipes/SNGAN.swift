import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// Weights over their spectral norm and the hinge loss, on residual networks.
public struct SNGAN: Recipe {
  public static let name = "sngan"
  public static let summary = "Spectral normalization and the hinge loss on residual networks; 32×32 in the paper."
  public static let reference = "Miyato et al. 2018, table 4"
  public static let fieldDescriptions = [
    "discriminatorWidth": "Channels of the discriminator's blocks", "generatorWidth": "Channels of the generator's blocks",
  ]
  public static let published: PublishedParameters? = PublishedParameters(
    generator: 4_276_739, discriminator: 1_053_824, source: "the networks of the authors' code for CIFAR-10, counted by PyTorch")
  public static let deviations = [
    "the mean of each channel goes into the last layer, not the sum",
    "generators see as many latent vectors as there are real samples, not twice as many",
  ]

  /// Channels of the generator's blocks.
  public var generatorWidth = 256
  /// Channels of the discriminator's blocks.
  public var discriminatorWidth = 128

  public init() {}

  public static var small: SNGAN {
    SNGAN().setting {
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
    }
  }
}
