import Adversarial
import Components
import Losses
import Networks
import Optimizers
import UpdateRules

/// Convolutions up and down with batch norm: the networks that made GANs train on images.
public struct DCGAN: Recipe {
  public static let name = "dcgan"
  public static let summary = "Deep convolutional networks with batch norm; 64×64 in the paper."
  public static let reference = "Radford et al. 2016, section 3"
  public static let fieldDescriptions = ["width": "Channels at half the size of an image; twice as many at each further halving"]
  public static let published: PublishedParameters? = PublishedParameters(
    generator: 3_576_704, discriminator: 2_765_568, source: "the networks of the authors' code at 64×64, counted by PyTorch")

  /// Channels at half the size of an image; twice as many at each further halving.
  public var width = 64

  public init() {}

  public static var small: DCGAN {
    DCGAN().setting {
      $0.width = 16
    }
  }
  public var paperFields: [Field] { Field.colors(64) }
  public var batchSize: Int { 128 }

  public func validateFields() throws {
    try requirePositive("width", width)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let networks = ConvolutionalNetworks(shape: try ImageShape(of: fields, for: self), width: width)
    return GAN(latent: .uniform(100)) {
      Generator { networks.generator(latent: 100) }
      Discriminator { networks.discriminator() }
      NonSaturatingLoss()
      Adam(learningRate: 2e-4, beta1: 0.5)
      AlternatingUpdates()
    }
  }
}
