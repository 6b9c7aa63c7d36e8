import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// A critic held to slope 1 between real and generated samples, on residual networks.
public struct WGANGP: Recipe {
  public static let name = "wgan-gp"
  public static let summary = "A Wasserstein critic with a gradient penalty."
  public static let reference = "Gulrajani et al. 2017, algorithm 1 and appendix F"
  public static let fieldDescriptions = [
    "discriminatorWidth": "Channels of the discriminator's blocks", "generatorWidth": "Channels of the generator's blocks",
  ]
  public static let deviations = ["the learning rate stays; the paper lets it fall to 0 over 100,000 rounds"]

  /// Channels of the generator's blocks.
  public var generatorWidth = 128
  /// Channels of the discriminator's blocks.
  public var discriminatorWidth = 128

  public init() {}

  public static var small: WGANGP {
    WGANGP().setting {
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
        Dense(1)
      }
      WassersteinLoss()
      GradientPenalty(weight: 10)
      Adam(learningRate: 2e-4, beta1: 0, beta2: 0.9)
      AlternatingUpdates(discriminatorSteps: 5)
    }
  }
}
