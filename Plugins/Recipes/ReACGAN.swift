import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// An auxiliary classifier on the unit sphere that leaves easy samples alone, on conditional residual networks.
public struct ReACGAN: Recipe {
  public static let name = "reacgan"
  public static let summary = "The rebooted auxiliary classifier: data-to-data cross entropy."
  public static let reference = "Kang et al. 2021, equation 10"
  public static let fieldDescriptions = [
    "discriminatorWidth": "Channels of the discriminator's blocks", "generatorWidth": "Channels of the generator's blocks",
  ]
  public static let deviations = ["the networks are SNGAN's with conditional batch norm; the paper's are BigGAN's"]

  /// Channels of the generator's blocks.
  public var generatorWidth = 256
  /// Channels of the discriminator's blocks.
  public var discriminatorWidth = 128

  public init() {}

  public static var small: ReACGAN {
    ReACGAN().setting {
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
      DataToDataCrossEntropy(weight: 1, condition: condition)
    }
  }
}
