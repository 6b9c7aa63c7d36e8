import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// An auxiliary classifier with a twin that gives each class its entropy back.
public struct TACGAN: Recipe {
  public static let name = "tac-gan"
  public static let summary = "Twin auxiliary classifiers."
  public static let reference = "Gong et al. 2019, equation 5"
  public static let fieldDescriptions = [
    "discriminatorWidth": "Channels of the discriminator's blocks", "generatorWidth": "Channels of the generator's blocks",
  ]
  public static let deviations = ["the networks are SNGAN's with conditional batch norm; the paper's for CIFAR-100 are BigGAN's"]

  /// Channels of the generator's blocks.
  public var generatorWidth = 256
  /// Channels of the discriminator's blocks.
  public var discriminatorWidth = 128

  public init() {}

  public static var small: TACGAN {
    TACGAN().setting {
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
        Dense(1)
      }
      HingeLoss()
      SpectralNormalization()
      Adam(learningRate: 2e-4, beta1: 0, beta2: 0.9)
      AlternatingUpdates(discriminatorSteps: 5)
      TwinClassifier(weight: 1, condition: condition)
    }
  }
}
