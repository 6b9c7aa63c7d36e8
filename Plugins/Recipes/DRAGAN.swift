import Adversarial
import Components
import Heuristics
import Losses
import Networks
import Optimizers
import UpdateRules

/// A penalty on the slope around real samples, on the networks of DCGAN.
public struct DRAGAN: Recipe {
  public static let name = "dragan"
  public static let summary = "A gradient penalty around real samples."
  public static let reference = "Kodali et al. 2017, section 2.3"
  public static let fieldDescriptions = ["width": "Channels at half the size of an image; twice as many at each further halving"]
  public static let deviations = ["the discriminator has no batch norm, under which the slope of one sample means nothing"]

  /// Channels at half the size of an image; twice as many at each further halving.
  public var width = 64

  public init() {}

  public static var small: DRAGAN {
    DRAGAN().setting {
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
      Discriminator { networks.discriminator(normalized: false) }
      NonSaturatingLoss()
      Adam(learningRate: 2e-4, beta1: 0.5)
      AlternatingUpdates()
      DRAGANPenalty(weight: 10)
    }
  }
}
