import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// Classes by conditional batch norm in the generator and by a projection in the discriminator.
public struct ProjectionGAN: Recipe {
  public static let name = "projection-gan"
  public static let aliases = ["projection-cgan": ""]
  public static let summary = "A class-conditional SNGAN: the discriminator projects on the class."
  public static let reference = "Miyato and Koyama 2018, equation 3 and figure 14"
  public static let fieldDescriptions = [
    "discriminatorWidth": "Channels of the discriminator's blocks", "generatorWidth": "Channels of the generator's blocks",
  ]
  public static let published: PublishedParameters? = PublishedParameters(
    generator: 4_304_387, discriminator: 1_055_104, source: "the networks of the authors' code for CIFAR-10, counted by PyTorch")
  public static let deviations = ["the mean of each channel goes into the last layer, not the sum"]

  /// Channels of the generator's blocks.
  public var generatorWidth = 256
  /// Channels of the discriminator's blocks.
  public var discriminatorWidth = 128

  public init() {}

  public static var small: ProjectionGAN {
    ProjectionGAN().setting {
      $0.generatorWidth = 32
      $0.discriminatorWidth = 32
    }
  }
  public var paperFields: [Field] { Field.classifiedColors(32, classes: 10) }
  public var batchSize: Int { 64 }

  public func validateFields() throws {
    try requirePositive("generatorWidth", generatorWidth)
    try requirePositive("discriminatorWidth", discriminatorWidth)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let networks = ResidualNetworks(
      shape: try ImageShape(of: fields, for: self), generatorWidth: generatorWidth, discriminatorWidth: discriminatorWidth)
    let condition = try label(in: fields)
    return GAN(latent: .normal(128)) {
      Generator { networks.generator(condition: condition) }
      Discriminator {
        networks.blocks
        ProjectionHead(condition, usesBias: false)
      }
      HingeLoss()
      SpectralNormalization()
      Adam(learningRate: 2e-4, beta1: 0, beta2: 0.9)
      AlternatingUpdates(discriminatorSteps: 5)
    }
  }
}
