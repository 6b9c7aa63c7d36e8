import Adversarial
import Components
import Heuristics
import Losses
import Networks
import Optimizers
import UpdateRules

/// A critic whose weights are clipped, five steps ahead of its generator: the first Wasserstein GAN.
public struct WGAN: Recipe {
  public static let name = "wgan"
  public static let summary = "A clipped critic that estimates the Wasserstein distance."
  public static let reference = "Arjovsky et al. 2017, algorithm 1"
  public static let fieldDescriptions = ["width": "Channels at half the size of an image; twice as many at each further halving"]
  public static let published: PublishedParameters? = PublishedParameters(
    generator: 3_576_704, discriminator: 2_765_568,
    source: "the networks of the authors' code at 64×64 without extra layers, counted by PyTorch")
  public static let deviations = [
    "the authors' code gives the critic a hundred steps in each of the first 25 rounds, and in every five hundredth"
  ]

  /// Channels at half the size of an image; twice as many at each further halving.
  public var width = 64

  public init() {}

  public static var small: WGAN {
    WGAN().setting {
      $0.width = 16
    }
  }
  public var paperFields: [Field] { Field.colors(64) }
  public var batchSize: Int { 64 }

  public func validateFields() throws {
    try requirePositive("width", width)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let networks = ConvolutionalNetworks(shape: try ImageShape(of: fields, for: self), width: width)
    return GAN(latent: .normal(100)) {
      Generator { networks.generator(latent: 100) }
      Discriminator { networks.discriminator() }
      WassersteinLoss()
      RMSProp(learningRate: 5e-5)
      AlternatingUpdates(discriminatorSteps: 5)
      WeightClipping(limit: 0.01)
    }
  }
}
